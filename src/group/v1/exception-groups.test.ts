import { describe, expect, it } from 'vitest';
import type { Exception } from '../../event.ts';
import { reduceExceptionGroups } from './exception-groups.ts';

/** `1<0 A:x` = id 1 below 0, type A, value x; a trailing `*` marks a group. */
function parse(text: string): Exception {
  const [, id, parent, type = '', value = '', star] = /^(\d+)(?:<(\d+))? (\w+):(\w+)(\*?)$/.exec(text) ?? [];
  return {
    type,
    value,
    mechanism: {
      exception_id: Number(id),
      ...(parent === undefined ? {} : { parent_id: Number(parent) }),
      is_exception_group: star === '*',
    },
  };
}

const reduce = (...lines: string[]): string[] =>
  reduceExceptionGroups(lines.map(parse), (one) => `${one.type}`).exceptions.map(
    (one) => `${one.type}:${one.value}`,
  );

describe('exception groups', () => {
  it('GR6 reduces members of one kind to the first path of one of them', () => {
    expect(reduce('3<1 Cause:c', '2<0 A:y', '1<0 A:x', '0 G:g*')).toEqual(['A:x', 'Cause:c']);
  });
  it('GR6 keeps one member of each kind and the group, without their causes, whatever their order', () => {
    expect(reduce('3<1 Cause:c', '2<0 B:y', '1<0 A:x', '0 G:g*')).toEqual(['B:y', 'A:x', 'G:g']);
    expect(reduce('2<0 A:x', '1<0 B:y', '0 G:g*')).toEqual(['B:y', 'A:x', 'G:g']);
  });
  it('GR6 looks through nested groups', () => {
    expect(reduce('2<1 A:x', '1<0 G2:h*', '0 G:g*')).toEqual(['A:x']);
  });
  it('GR6 leaves a tree alone that has no root, no ids or a cycle', () => {
    expect(reduce('2<1 A:x', '1 B:y')).toEqual(['A:x', 'B:y']);
    expect(reduce('1<0 G2:h*', '0<1 G:g*')).toEqual(['G2:h', 'G:g']);
    expect(reduce('1<0 A:x', '1<1 B:y', '0 G:g*')).toEqual(['A:x', 'B:y', 'G:g']);
    const noIds = [{ type: 'A' }, { type: 'B', mechanism: { exception_id: 0 } }];
    expect(reduceExceptionGroups(noIds, () => '').exceptions).toEqual(noIds);
  });
  it('GR6 keeps the root when a group is empty', () => {
    expect(reduce('1<5 A:x', '0 G:g*')).toEqual(['G:g']);
  });
});
