import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { categoryLabel, OUTCOMES, outcomeLabel, wordsOf } from '../web/src/outcomes/outcome-words.ts';

const source = readFileSync(new URL('../src/ingest/outcomes.ts', import.meta.url), 'utf8');
const texts = (part: string) => [...part.matchAll(/'([a-z_]+)'/g)].map(([, text]) => text ?? '');
const union = (name: string) => texts(new RegExp(`type ${name} =([^;]+);`).exec(source)?.[1] ?? '');

/** Outcome and reason of everything that the server counts and that is no name given by others. */
const counted = [
  ...[...source.matchAll(/\| \{\s+outcome: '([a-z_]+)';\s+reason: ([^;}]+)[;}]/g)].flatMap(
    ([, outcome = '', reasons = '']) => texts(reasons).map((reason) => [outcome, reason] as const),
  ),
  ...union('FilterReason').map((reason) => ['filtered', reason] as const),
  ...union('InvalidReason').map((reason) => ['invalid', reason] as const),
];

describe('outcomes in words', () => {
  it('WEB37 every reason that the server counts has a sentence of its own', () => {
    expect(counted.length).toBeGreaterThan(25);
    const made = wordsOf('new_outcome', 'new_reason').means;
    for (const [outcome, reason] of counted) {
      const { means } = wordsOf(outcome, reason);
      expect.soft(means, `${outcome}/${reason}`).not.toBe(made);
      expect.soft(means).toMatch(/\.$/);
      expect.soft(OUTCOMES).toContain(outcome);
    }
  });

  it('WEB37 what others name is said in words too', () => {
    expect(wordsOf('unsupported_item', 'profile').label).toBe('Profile');
    expect(wordsOf('client_report', 'made_up_here')).toMatchObject({ label: 'Made up here' });
    expect(outcomeLabel('brand_new')).toBe('Brand new');
    expect(categoryLabel('log_item')).toBe('Logs');
  });
});
