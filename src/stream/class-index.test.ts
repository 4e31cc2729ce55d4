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
    any: fc.constantFrom([{ environment: 'a' }, { level: 'error' }], [{ environment: 'a' }]),
    not: fc.constantFrom({ environment: 'a' }, { issue_id: '1' }),
  },
  { requiredKeys: [] },
);

it('ST74 an event visits every class that it matches, each once; a class that left is not visited', () => {
  fc.assert(
    fc.property(
      fc.array(filters, { maxLength: 8 }),
      fc.record({
        issueId: fc.constantFrom('1', '2', '3'),
        environment: fc.constantFrom('a', 'b', null),
        level: fc.constantFrom('error' as const, 'info' as const),
      }),
      fc.nat(8),
      (specs, event, leaving) => {
        const index = createClassIndex();
        const classes = specs.map(classOf);
        for (const each of classes) index.add(each);
        const gone = classes[leaving];
        if (gone !== undefined) index.remove(gone);
        const entry = { ...fakeEvent(event), seq: 1 };
        const visited: FilterClass[] = [];
        index.visit(entry, (each) => visited.push(each));
        expect(new Set(visited).size).toBe(visited.length);
        for (const each of classes)
          if (each !== gone && each.frameOf(toLogged(entry)) !== null) expect(visited).toContain(each);
        if (gone !== undefined) expect(visited).not.toContain(gone);
      },
    ),
    { numRuns: 500 },
  );
});
