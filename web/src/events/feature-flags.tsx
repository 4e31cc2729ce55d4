/** Feature flags as they were evaluated before the event (`contexts.flags`), the latest first. */
import type { Json, SentryEvent } from '../../../src/event.ts';
import { classNames } from '../ui/class-names.ts';
import { Section } from './section.tsx';

interface Flag {
  name: string;
  result: Json;
}

/** In the order sent, which is that of evaluation; other shapes are none. */
export function flagsOf(contexts: SentryEvent['contexts']): Flag[] {
  const values = contexts?.['flags']?.['values'];
  if (!Array.isArray(values)) return [];
  return values.flatMap((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const { flag, result = null } = value;
    return typeof flag === 'string' ? [{ name: flag, result }] : [];
  });
}

export function FeatureFlags({ flags }: { flags: readonly Flag[] }) {
  return (
    <Section title="Feature flags" note={flags.length}>
      <ul aria-label="Feature flags" className="flex flex-wrap gap-1.5">
        {flags.toReversed().map(({ name, result }, index) => {
          const text = typeof result === 'string' ? result : JSON.stringify(result);
          return (
            <li
              key={`${index}:${name}`}
              className="flex max-w-full overflow-hidden rounded-md border border-line text-sm leading-6"
            >
              <span className="truncate px-2" title={name}>
                {name}
              </span>
              <span
                title={text}
                className={classNames(
                  'max-w-60 truncate border-l border-line bg-sunken px-2 font-mono text-[0.78rem] leading-6',
                  result === true ? 'text-ok' : 'text-muted',
                )}
              >
                {text}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
