/** What stands in the search, painted under its input: keys quieter than values, what is wrong with a wavy line. */
import { Fragment } from 'react';
import { termsOf } from './query-terms.ts';

interface Props {
  text: string;
  /** How far the input has scrolled. */
  scroll: number;
  /** From 1, in `text`: where what is wrong begins; null: nothing is. */
  column: number | null;
}

export function QueryText({ text, scroll, column }: Props) {
  const wrong = column === null ? null : wrongPart(text, column - 1);
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-y-0 right-9 left-8 overflow-hidden">
      <div
        className="flex h-full items-center whitespace-pre"
        style={{ transform: `translateX(${-scroll}px)` }}
      >
        {wrong === null ? (
          <Terms text={text} />
        ) : (
          <span>
            {text.slice(0, wrong.from)}
            <span
              data-testid="query-problem"
              className="underline decoration-error decoration-wavy decoration-1 underline-offset-3"
            >
              {text.slice(wrong.from, wrong.to)}
            </span>
            {text.slice(wrong.to)}
          </span>
        )}
      </div>
    </div>
  );
}

/** From where the problem is to the end of its word; the last letter when it is the end that is wrong. */
function wrongPart(text: string, at: number): { from: number; to: number } {
  const from = Math.min(at, Math.max(0, text.length - 1));
  const length = /^\S*/.exec(text.slice(from))?.[0].length ?? 0;
  return { from, to: from + Math.max(1, length) };
}

function Terms({ text }: { text: string }) {
  const terms = termsOf(text).filter((term) => term.key !== null);
  return (
    <span>
      {terms.map((term, index) => {
        const value = term.to - term.value.length;
        return (
          <Fragment key={term.from}>
            {text.slice(terms[index - 1]?.to ?? 0, term.from)}
            <span className="text-muted">{text.slice(term.from, value)}</span>
            <span className="text-accent">{term.value}</span>
          </Fragment>
        );
      })}
      {text.slice(terms.at(-1)?.to ?? 0)}
    </span>
  );
}
