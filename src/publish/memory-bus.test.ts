import { expect, it } from 'vitest';
import type { Change } from '../protocol/change.ts';
import { createMemoryBus } from './memory-bus.ts';

const change = (projectId: number, head: number): Change => ({
  projectId,
  epoch: 'aaaaaa',
  entries: [],
  head,
  unresolved: 0,
  unresolvedByLevel: [0, 0, 0, 0, 0],
  stats: [],
});

it('ST73 the bus calls the subscribers of a project, in order, until they leave', () => {
  const bus = createMemoryBus();
  const got: string[] = [];
  const listener = (one: Change): void => void got.push(`a${one.head}`);
  const leave = bus.subscribe(1, listener);
  const again = bus.subscribe(1, listener);
  bus.subscribe(2, (one) => void got.push(`b${one.head}`));
  bus.publish([change(1, 1), change(2, 5), change(3, 9)]);
  leave();
  leave();
  bus.publish([change(1, 2)]);
  again();
  bus.publish([change(1, 3)]);
  expect(got).toEqual(['a1', 'a1', 'b5', 'a2']);
});
