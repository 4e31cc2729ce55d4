/** Something that is shown once, to be copied. */
import { CopyButton } from '../ui/copy-button.tsx';

export function SecretBox({ text, label, testId }: { text: string; label: string; testId?: string }) {
  return (
    <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
      <code data-testid={testId} className="min-w-0 flex-1 font-mono text-sm break-all">
        {text}
      </code>
      <CopyButton text={text} label={label} showLabel kind="secondary" />
    </div>
  );
}
