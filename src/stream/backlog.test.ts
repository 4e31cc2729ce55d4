import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backlog, type BacklogItem } from './backlog.ts';
import type { Frame } from './entry-frame.ts';

const BOUNDS = { maxEvents: 3, maxOthers: 5, maxIssues: 100, maxBytes: 1e6 };
const frame = (seq: number, issueId: string | null): Frame => ({
  seq,
  kind: issueId === null ? 'event' : 'issue',
  issueId: issueId ?? '',
  bytes: Buffer.alloc(10),
});
function drain(backlog: Backlog): BacklogItem[] {
  const items: BacklogItem[] = [];
  for (let item = backlog.take(); item !== undefined; item = backlog.take()) items.push(item);
  return items;
}
const brief = (items: BacklogItem[]) =>
  items.map((one) =>
    one.kind === 'gap'
      ? `${one.reason} ${one.count} of ${one.from}-${one.to}`
      : one.kind === 'raw'
        ? 'raw'
        : `${one.kind} ${one.seq}`,
  );

describe('the backlog', () => {
  it('ST9 drops the oldest events and says which', () => {
    const backlog = new Backlog(BOUNDS);
    for (let seq = 1; seq <= 10; seq++) backlog.push(frame(seq, null), 'slow');
    expect(brief(drain(backlog))).toEqual(['slow 7 of 1-7', 'event 8', 'event 9', 'event 10']);
    expect([backlog.isEmpty, backlog.bytes, backlog.events]).toEqual([true, 0, 0]);
  });

  it('ST9 keeps the newest state of each issue in the skipped part; gaps do not reach over it', () => {
    const backlog = new Backlog(BOUNDS);
    for (let seq = 1; seq <= 12; seq++)
      backlog.push(frame(seq, seq === 2 || seq === 5 ? 'a' : seq === 4 ? 'b' : null), 'slow');
    expect(brief(drain(backlog))).toEqual([
      'slow 2 of 1-3',
      'issue 4',
      'issue 5',
      'slow 4 of 6-9',
      'event 10',
      'event 11',
      'event 12',
    ]);
  });

  it('ST9 answers keep their place and survive giving up the entries', () => {
    const backlog = new Backlog(BOUNDS);
    backlog.push(frame(1, null), 'slow');
    backlog.pushRaw(Buffer.alloc(1), 'f');
    for (let seq = 2; seq <= 6; seq++) backlog.push(frame(seq, null), 'slow');
    expect(backlog.raws).toBe(1);
    backlog.clear();
    expect(brief(drain(backlog))).toEqual(['raw']);
    expect(backlog.raws).toBe(0);
  });

  it('ST9 reasons that take turns do not make the skipped part grow', () => {
    const backlog = new Backlog(BOUNDS);
    for (let seq = 1; seq <= 1000; seq += 2) {
      backlog.push(frame(seq, null), 'slow');
      backlog.pushDropped(seq + 1, 'rate');
    }
    const items = drain(backlog);
    expect(items.length).toBeLessThan(10);
    expect(items.reduce((sum, one) => sum + (one.kind === 'gap' ? one.count : 1), 0)).toBe(1000);
  });

  it('ST9 a gap at the end can be held back', () => {
    const backlog = new Backlog(BOUNDS);
    backlog.push(frame(1, null), 'slow');
    backlog.pushDropped(2, 'rate');
    backlog.pushDropped(4, 'rate');
    expect(brief([backlog.take(true)].flatMap((one) => one ?? []))).toEqual(['event 1']);
    expect(backlog.take(true)).toBeUndefined();
    expect(brief(drain(backlog))).toEqual(['rate 2 of 2-4']);
  });

  it('ST9 says when even the issue states do not fit', () => {
    const backlog = new Backlog({ ...BOUNDS, maxIssues: 10 });
    const answers = Array.from({ length: 40 }, (_, i) => backlog.push(frame(i + 1, `i${i}`), 'slow'));
    expect(answers.at(-1)).toBe('overflow');
  });

  it('ST9 accounts for every entry, in order, within its bounds', () => {
    const op = fc.oneof(
      { weight: 4, arbitrary: fc.constant('event' as const) },
      { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') },
      { weight: 1, arbitrary: fc.constantFrom('rate' as const, 'take' as const) },
    );
    fc.assert(
      fc.property(fc.array(op, { size: 'max', maxLength: 300 }), (ops) => {
        const backlog = new Backlog(BOUNDS);
        const out: BacklogItem[] = [];
        const pushed = new Map<number, string>();
        let seq = 0;
        for (const one of ops) {
          if (one === 'take') {
            const item = backlog.take();
            if (item !== undefined) out.push(item);
            continue;
          }
          pushed.set(++seq, one);
          if (one === 'rate') backlog.pushDropped(seq, 'rate');
          else backlog.push(frame(seq, one === 'event' ? null : one), 'slow');
          expect(backlog.events).toBeLessThanOrEqual(BOUNDS.maxEvents);
          expect(backlog.bytes).toBeLessThanOrEqual(10 * (BOUNDS.maxEvents + BOUNDS.maxOthers + 3));
        }
        out.push(...drain(backlog));
        let last = 0;
        const sent = new Set<number>();
        const gaps: { from: number; to: number; count: number }[] = [];
        for (const item of out) {
          if (item.kind === 'raw') continue;
          const from = item.kind === 'gap' ? item.from : item.seq;
          expect(from).toBeGreaterThan(last);
          last = item.kind === 'gap' ? item.to : item.seq;
          if (item.kind === 'gap') gaps.push(item);
          else sent.add(item.seq);
        }
        for (const [at, what] of pushed) {
          if (sent.has(at)) continue;
          const isIssue = what !== 'event' && what !== 'rate';
          if (isIssue) expect([...sent].some((later) => later > at && pushed.get(later) === what)).toBe(true);
          else expect(gaps.filter((gap) => gap.from <= at && at <= gap.to).length).toBe(1);
        }
        const lost = [...pushed].filter(
          ([at, what]) => !sent.has(at) && (what === 'event' || what === 'rate'),
        ).length;
        expect(gaps.reduce((sum, gap) => sum + gap.count, 0)).toBe(lost);
      }),
      { numRuns: 300 },
    );
  });
});
