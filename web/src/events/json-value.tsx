/** A JSON value on one line, or folded when it is long. */
import type { Json } from '../../../src/event.ts';

const FOLD_OVER = 120;

export function JsonValue({ value }: { value: Json }) {
  if (typeof value === 'string') return <Mono text={value} />;
  const text = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || text.length <= FOLD_OVER) return <Mono text={text} />;
  return (
    <details>
      <summary className="cursor-pointer truncate font-mono text-[0.78rem] text-muted">
        {text.slice(0, FOLD_OVER)}…
      </summary>
      <pre className="mt-1 overflow-x-auto rounded bg-sunken p-2 font-mono text-[0.78rem]">
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}

function Mono({ text }: { text: string }) {
  return (
    <span className="font-mono text-[0.78rem] break-words whitespace-pre-wrap">
      {text === '' ? '""' : text}
    </span>
  );
}
