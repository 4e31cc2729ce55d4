import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { canonical } from '../protocol/filter-canonical.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import { createClassIndex } from './class-index.ts';
import { toLogged } from './entry-frame.ts';
import { createFilterClass, type FilterClass } from './filter-class.ts';

function classOf(filters: unknown): FilterClass {
  const parsed = parseFilters(filters, { scope: 'all', me: null });
  if (parsed.kind === 'invalid') throw new Error(parsed.message);
  return createFilterClass(
    {
      mode: 1,
      transport: 'websocket',
      scope: 'all',
      payload: 'full',
      filter: canonical(parsed.filter),
      variant: 0,
    },
    { projectId: 1, epoch: 'aaaaaa' },
    { seq: 0, at: 0 },
  );
}
const one = (values: string[]) =>
  fc.constantFrom(...values, ...values.map((value) => `!${value}`), '', '!', '*', 'a*');
const list = (values: string[]) => fc.oneof(one(values), fc.array(one(values), { maxLength: 3 }));
const filters = fc.record(
  {
    issue_id: list(['1', '2']),
    environment: list(['a', 'b']),
    level: fc.constantFrom('error', '!error', ['error', 'info'], ''),
    user: fc.constantFrom('7', ['7', 'a@b.test'], '!7'),
    release: list(['1.0', '1.1']),
    text: fc.constantFrom('', 'o', 'error', 'is not', 'nothing like it'),
    tags: fc.record({ k: list(['v', 'w']) }, { requiredKeys: [] }),
    any: fc.constantFrom([{ environment: 'a' }, { level: 'error' }], [{ environment: 'a' }]),
    not: fc.constantFrom({ environment: 'a' }, { issue_id: '1' }),
  },
  { requiredKeys: [] },
);

it('ST74 an event finds the classes that it matches, each once; a class that left is not found', () => {
  fc.assert(
    fc.property(
      fc.array(filters, { maxLength: 8 }),
      fc.record({
        issueId: fc.constantFrom('1', '2', '3'),
        environment: fc.constantFrom('a', 'b', null),
        level: fc.constantFrom('error' as const, 'info' as const),
        release: fc.constantFrom('1.0', '1.1', null),
        title: fc.constantFrom('Error: x is not y', 'Timeout'),
        tags: fc.constantFrom({}, { k: 'v' }, { k: 'w' }),
        user: fc.constantFrom(null, { id: '7', email: 'a@b.test' }),
      }),
      fc.nat(8),
      (specs, event, leaving) => {
        const index = createClassIndex();
        const classes = specs.map(classOf);
        for (const each of classes) index.add(each);
        const gone = classes[leaving];
        if (gone !== undefined) index.remove(gone);
        const base = fakeEvent(event);
        const entry = { ...base, seq: 1, data: { ...base.data, user: event.user } };
        const found: FilterClass[] = [];
        index.matching(entry, (each) => found.push(each));
        expect(new Set(found).size).toBe(found.length);
        expect(new Set(found)).toEqual(
          new Set(classes.filter((each) => each !== gone && each.frameOf(toLogged(entry)) !== null)),
        );
      },
    ),
    { numRuns: 500 },
  );
});
