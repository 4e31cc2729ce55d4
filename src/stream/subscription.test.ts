/** The promises of a subscription, as properties: a fake clock, a sink that stalls, a bus that loses and repeats. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeEvent, fakeIssue, type NewEntry } from '../../test/support/fake-log.ts';
import { createModel, type FakeSink } from '../../test/support/stream-model.ts';
import type { Change, LogEntry } from '../protocol/change.ts';
import type { DownMessage } from '../protocol/down.ts';
import { parseCursor } from '../protocol/down.ts';

const entry = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('production', 'dev')
      .map((environment) => ({ kind: 'event' as const, environment })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('7', '8', '9').map((issueId) => ({ kind: 'issue' as const, issueId })),
  },
);
type Made = { kind: 'event'; environment: string } | { kind: 'issue'; issueId: string };

let rev = 0;
function make(spec: Made): NewEntry {
  return spec.kind === 'event'
    ? fakeEvent({ environment: spec.environment })
    : fakeIssue({ action: 'updated', issueId: spec.issueId, rev: ++rev });
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      entries: fc.array(entry, { minLength: 1, maxLength: 12, size: 'max' }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stall' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unstall' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 400 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'lose' as const,
        'reorder' as const,
        'repeat' as const,
        'pause' as const,
        'unpause' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const), cutAt: fc.nat(20) }) },
);

const FILTERS = { environment: 'production' };
const wanted = (one: LogEntry): boolean => one.kind === 'issue' || one.data.environment === 'production';

function highest(messages: readonly DownMessage[], from: string | null): string | null {
  let cursor = from;
  const move = (seq: number): void => {
    const at = cursor === null ? null : parseCursor(cursor);
    if (at !== null && seq > at.seq) cursor = `${at.epoch}.${seq}`;
  };
  for (const one of messages) {
    if (one.type === 'subscribed' && (cursor === null || !one.recovered)) cursor = one.cursor;
    if (one.type === 'event' || one.type === 'issue') move(one.seq);
    if (one.type === 'dropped') move(one.to);
    if (one.type === 'mark') move(parseCursor(one.cursor)?.seq ?? 0);
    if (one.type === 'resync') cursor = one.cursor;
  }
  return cursor;
}

/** Order on one connection, and everything in the log accounted for over all connections of one viewer. */
function check(log: readonly LogEntry[], runs: readonly DownMessage[][], start: number): void {
  const delivered = new Set<number>();
  const dropped: { from: number; to: number; count: number }[] = [];
  for (const messages of runs) {
    let last = -1;
    for (const one of messages) {
      if (one.type === 'event' || one.type === 'issue') {
        expect(one.seq).toBeGreaterThan(last);
        last = one.seq;
        const source = log.find((logged) => logged.seq === one.seq);
        expect(source !== undefined && wanted(source)).toBe(true);
        delivered.add(one.seq);
      } else if (one.type === 'dropped') {
        expect(one.from).toBeGreaterThan(last);
        last = one.to;
        dropped.push(one);
      }
      expect(one.type).not.toBe('resync');
      if (one.type === 'mark') {
        const { seq } = parseCursor(one.cursor) ?? { seq: -1 };
        expect(seq).toBeGreaterThanOrEqual(last);
        last = Math.max(last, seq);
      }
    }
  }
  const missing = log.filter((one) => one.seq > start && wanted(one) && !delivered.has(one.seq));
  for (const one of missing) {
    if (one.kind === 'issue') {
      expect(
        log.some(
          (newer) =>
            newer.kind === 'issue' &&
            newer.issueId === one.issueId &&
            newer.seq > one.seq &&
            delivered.has(newer.seq),
        ),
      ).toBe(true);
    } else {
      expect(dropped.some((gap) => gap.from <= one.seq && one.seq <= gap.to)).toBe(true);
    }
  }
  for (const gap of dropped) {
    const inside = log.filter((one) => one.seq >= gap.from && one.seq <= gap.to && wanted(one));
    // Nothing inside a dropped range was sent on that connection, so its count is that of the events there.
    expect(inside.filter((one) => one.kind === 'event').length).toBe(gap.count);
  }
}

function eventSeqs(messages: readonly DownMessage[]): number[] {
  return messages.flatMap((one) => (one.type === 'event' ? [one.seq] : []));
}

describe('a subscription', () => {
  it('ST10 ST11 ST12 loses nothing silently, keeps order, and resumes from any cursor it told', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 12 }),
        async (steps, buffer) => {
          const model = createModel();
          const { log, clock } = model;
          const deliver = log.deliver;
          log.commit(1, [make({ kind: 'event', environment: 'production' })]);
          let { session, sink } = model.open();
          const sinks: FakeSink[] = [sink];
          await model.subscribe(session, { filters: FILTERS, buffer });
          let paused = false;
          const setPaused = async (next: boolean): Promise<void> => {
            if (paused === next) return;
            paused = next;
            await model.subscribe(session, { filters: FILTERS, buffer, max_rate: next ? 0 : null });
          };
          for (const one of steps) {
            switch (one.do) {
              case 'commit':
                log.commit(1, one.entries.map(make));
                break;
              case 'stall':
                sink.stalled = true;
                break;
              case 'unstall':
                sink.resume();
                break;
              case 'advance':
                await clock.advance(one.ms);
                break;
              case 'lose':
                log.deliver = () => {};
                log.commit(1, [make({ kind: 'event', environment: 'production' })]);
                log.deliver = deliver;
                break;
              case 'reorder': {
                const late: Change[] = [];
                log.deliver = (change) => void late.unshift(change);
                log.commit(1, [make({ kind: 'issue', issueId: '8' })]);
                log.commit(1, [make({ kind: 'event', environment: 'production' })]);
                log.deliver = deliver;
                for (const change of late) deliver(change);
                break;
              }
              case 'repeat':
                deliver(log.commit(1, [make({ kind: 'event', environment: 'production' })]));
                break;
              case 'pause':
                await setPaused(true);
                break;
              case 'unpause':
                await setPaused(false);
                break;
              case 'reconnect': {
                // The connection breaks after some of what was sent has arrived.
                const told = sinks.map((each) => each.messages()).flat();
                const since = highest(told, null);
                sink.cut();
                ({ session, sink } = model.open());
                sinks.push(sink);
                paused = false;
                await model.subscribe(session, {
                  filters: FILTERS,
                  buffer,
                  ...(since === null ? {} : { since }),
                });
                break;
              }
            }
            expect(sink.maxUnsent).toBeLessThanOrEqual(64 * 1024 + 2048);
            expect(session.unsentBytes).toBeLessThan(1024 * 1024);
          }
          await setPaused(false);
          sink.resume();
          await clock.advance(12_000);
          expect(sink.closedWith).toBeNull();
          check(
            log.entries(1),
            sinks.map((each) => each.messages()),
            1,
          );
          model.stop();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ST8 who does not read delays nobody: the others have an entry with its tick', async () => {
    const model = createModel();
    const viewers = [];
    for (let i = 0; i < 6; i++) {
      const { session, sink } = model.open();
      // Half of them in one class, half in another.
      await model.subscribe(session, i < 3 ? {} : { filters: { level: 'error' } });
      viewers.push(sink);
    }
    await model.clock.advance(20);
    for (const stalled of [0, 1, 3]) viewers.forEach((sink, i) => (sink.stalled ||= i === stalled));
    for (let seq = 1; seq <= 300; seq++) {
      model.log.commit(1, [fakeEvent()]);
      await model.clock.advance(8);
      for (const reading of [2, 4, 5])
        expect(viewers[reading]?.messages().at(-1)).toMatchObject({ type: 'event', seq });
    }
    model.stop();
  });

  it('ST10 replays from the database in chunks and then goes live, without a gap', async () => {
    const model = createModel();
    for (let i = 0; i < 30; i++)
      model.log.commit(
        1,
        Array.from({ length: 100 }, () => fakeEvent()),
      );
    const { session, sink } = model.open();
    await model.subscribe(session, { since: 'aaaaaa.500' });
    await model.clock.advance(100);
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(100);
    expect(eventSeqs(sink.messages())).toEqual(Array.from({ length: 2501 }, (_, i) => 501 + i));
    expect(model.log.reads.count).toBeLessThan(8);
    model.stop();
  });

  it('ST73 what the bus lost is read from the log after 50 ms, in its place', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    const { deliver } = model.log;
    model.log.deliver = () => undefined;
    model.log.commit(1, [fakeEvent()]);
    model.log.deliver = deliver;
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(40);
    expect(eventSeqs(sink.messages())).toEqual([]);
    await model.clock.advance(30);
    expect(eventSeqs(sink.messages())).toEqual([1, 2]);
    model.stop();
  });

  it('ST12 a cursor ahead of what the bus has brought so far is continued from, nothing is sent again', async () => {
    const model = createModel();
    const behind = model.open();
    await model.subscribe(behind.session, {});
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    const { deliver } = model.log;
    model.log.deliver = () => undefined;
    for (let i = 0; i < 3; i++) model.log.commit(1, [fakeEvent()]);
    const ahead = model.open();
    await model.subscribe(ahead.session, { since: 'aaaaaa.3' });
    model.log.deliver = deliver;
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(100);
    expect(eventSeqs(ahead.sink.messages())).toEqual([4, 5]);
    expect(eventSeqs(behind.sink.messages())).toEqual([1, 2, 3, 4, 5]);
    model.stop();
  });

  it('ST13 answers a position it cannot continue from with resync, never with a part', async () => {
    const model = createModel();
    model.log.commit(
      1,
      Array.from({ length: 6000 }, () => fakeEvent()),
    );
    const cases = [
      { since: 'bbbbbb.10', reason: 'epoch_changed' },
      { since: 'aaaaaa.10', reason: 'replay_limit' },
      { since: 'aaaaaa.9999', reason: 'epoch_changed' },
    ];
    for (const { since, reason } of cases) {
      const { session, sink } = model.open();
      await model.subscribe(session, { since });
      await model.clock.advance(50);
      const messages = sink.messages();
      expect(messages.map((one) => one.type)).toEqual(['subscribed', 'resync', 'issue_count', 'mark']);
      expect(messages[0]).toMatchObject({ recovered: false, cursor: 'aaaaaa.6000' });
      expect(messages[1]).toMatchObject({ reason, cursor: 'aaaaaa.6000' });
    }
    model.log.forget(1, 2000);
    await model.clock.advance(20_000);
    const { session, sink } = model.open();
    await model.subscribe(session, { since: 'aaaaaa.1500' });
    await model.clock.advance(50);
    expect(sink.messages()[1]).toMatchObject({ type: 'resync', reason: 'cursor_expired' });
    model.stop();
  });

  it('ST13 a viewer that cannot even keep the states of all issues starts over at the head, once', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    await model.clock.advance(20);
    sink.stalled = true;
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    const issues = Array.from({ length: 6000 }, (_, i) => fakeIssue({ issueId: String(i) }));
    for (let from = 0; from < issues.length; from += 2000)
      model.log.commit(1, issues.slice(from, from + 2000));
    await model.clock.advance(20);
    sink.resume();
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    const messages = sink.messages();
    const resyncs = messages.filter((one) => one.type === 'resync');
    expect(resyncs).toMatchObject([{ reason: 'replay_limit', lost: { to: 6001 } }]);
    const after = messages.slice(messages.findIndex((one) => one.type === 'resync'));
    expect(after.flatMap((one) => ('seq' in one ? [one.seq] : []))).toEqual([6002]);
    model.stop();
  });

  it('ST14 an update of filters takes effect at the head: what is due leaves under the old class first', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, { filters: { level: 'error' } });
    await model.clock.advance(20);
    sink.stalled = true;
    model.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    await model.clock.advance(20);
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    await model.subscribe(session, { id: 5, filters: { level: 'info' } });
    model.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    await model.clock.advance(20);
    sink.resume();
    const seen = sink
      .messages()
      .slice(3)
      .map((one) => ('seq' in one ? one.seq : one.type));
    expect(seen).toEqual([1, 3, 'subscribed', 'mark', 5]);
    model.stop();
  });

  it('ST15 over max_rate drops, never delays, and tells how many', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, { max_rate: 10 });
    await model.clock.advance(20);
    for (let i = 0; i < 50; i++) model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(1500);
    const messages = sink.messages();
    const sent = messages.filter((one) => one.type === 'event').length;
    const dropped = messages.flatMap((one) => (one.type === 'dropped' ? [one] : []));
    expect(sent).toBe(10);
    expect(dropped).toMatchObject([{ reason: 'rate', count: 40, from: 11, to: 50 }]);
    expect(messages.find((one) => one.type === 'rates')).toMatchObject({ total: 50, matched: 50, sent: 10 });
    model.stop();
  });

  it('ST15 asked for, rates come every second, exact in total and by level, also while paused', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, { rates: true, filters: { level: ['error', 'fatal'] } });
    await model.clock.advance(1000);
    model.log.commit(1, [fakeEvent(), fakeEvent({ level: 'fatal' }), fakeEvent({ level: 'info' })]);
    await model.clock.advance(1000);
    await model.subscribe(session, { rates: true, filters: { level: ['error', 'fatal'] }, max_rate: 0 });
    model.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    await model.clock.advance(1000);
    const rates = sink.messages().flatMap((one) => (one.type === 'rates' ? [one] : []));
    expect(rates.map(({ total, matched, sent, by_level }) => ({ total, matched, sent, by_level }))).toEqual([
      { total: 0, matched: 0, sent: 0, by_level: {} },
      { total: 3, matched: 2, sent: 2, by_level: { error: 1, fatal: 1 } },
      { total: 2, matched: 1, sent: 0, by_level: { error: 1 } },
    ]);
    model.stop();
  });

  it('ST16 a viewer of nothing that matches is told its position', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, { filters: { environment: 'nowhere' }, scope: 'events' });
    await model.clock.advance(20);
    model.log.commit(
      1,
      Array.from({ length: 600 }, () => fakeEvent()),
    );
    await model.clock.advance(20);
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(7000);
    const marks = sink.messages().flatMap((one) => (one.type === 'mark' ? [one.cursor] : []));
    expect(marks).toEqual(['aaaaaa.0', 'aaaaaa.600', 'aaaaaa.601']);
    model.stop();
  });

  it('ST9 an entry that fits into no frame is told as dropped, live, waiting and replayed', async () => {
    const model = createModel();
    const huge = () => fakeEvent({ tags: Object.fromEntries(tags) });
    const tags = Array.from({ length: 200 }, (_, i) => [`${i}`.padEnd(200, 'k'), 'v'.repeat(200)]);
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    await model.clock.advance(20);
    model.log.commit(1, [fakeEvent(), huge(), fakeEvent()]);
    await model.clock.advance(20);
    sink.stalled = true;
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    model.log.commit(1, [huge(), huge(), fakeEvent()]);
    await model.clock.advance(20);
    sink.resume();
    const again = model.open();
    await model.subscribe(again.session, { since: 'aaaaaa.1' });
    await model.clock.advance(20);
    const told = (messages: DownMessage[]) =>
      messages.flatMap<number | string>((one) =>
        one.type === 'event'
          ? [one.seq]
          : one.type === 'dropped'
            ? [`${one.reason} ${one.count} of ${one.from}-${one.to}`]
            : [],
      );
    expect(told(sink.messages())).toEqual([1, 'too_large 1 of 2-2', 3, 4, 'too_large 2 of 5-6', 7]);
    expect(told(again.sink.messages())).toEqual([
      'too_large 1 of 2-2',
      3,
      4,
      'too_large 1 of 5-5',
      'too_large 1 of 6-6',
      7,
    ]);
    model.stop();
  });

  it('ST19 a snapshot of events reaches the head, over the border of a block read from the database', async () => {
    const model = createModel();
    model.log.commit(
      1,
      Array.from({ length: 1020 }, () => fakeEvent()),
    );
    const { session, sink } = model.open();
    await model.subscribe(session, { snapshot: { issues: 0, events: 30 } });
    await model.clock.advance(20);
    const snapshot = sink.messages().flatMap((one) => (one.type === 'snapshot' ? one.events : []));
    expect(snapshot.map((one) => one.seq)).toEqual(Array.from({ length: 30 }, (_, i) => 991 + i));
    model.stop();
  });

  it('ST18 a new epoch of the log is a resync for everybody', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    model.log.epoch = 'cccccc';
    model.log.forget(1, 0);
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    expect(
      sink
        .messages()
        .slice(3)
        .map((one) => ('seq' in one ? one.seq : one.type)),
    ).toEqual([1, 'resync', 'mark', 'issue_count', 3]);
    model.stop();
  });
});
