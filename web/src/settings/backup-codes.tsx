/** Backup codes, shown once: each signs in once without the app. */
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';

export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className="space-y-3">
      <p className="text-muted">
        Keep these codes somewhere safe: each signs you in once when you do not have the app. They are not
        shown again, and older ones no longer work.
      </p>
      <ul
        aria-label="Backup codes"
        className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-lg border border-line-strong bg-sunken p-3 font-mono text-sm sm:max-w-sm"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex gap-2">
        <CopyButton text={codes.join('\n')} label="Copy codes" showLabel kind="secondary" />
        <Button size="sm" kind="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
