import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../test/support/fake-clock.ts';
import { createSupervisor, type Part } from './supervisor.ts';

/** A part that records what happens to it and fails on command. */
function createPart(name: string, journal: string[], extra: Partial<Part> = {}) {
  let report: (error: unknown) => void = () => {};
  let startFailures = 0;
  const part: Part = {
    name,
    async start() {
      if (startFailures > 0) {
        startFailures--;
        journal.push(`${name} fails to start`);
        throw new Error(`${name} cannot start`);
      }
      journal.push(`${name} starts`);
    },
    async stop() {
      journal.push(`${name} stops`);
    },
    onFailure(listener) {
      report = listener;
    },
    ...extra,
  };
  return {
    part,
    fail: () => report(new Error(`${name} broke`)),
    failNextStarts: (n: number) => (startFailures = n),
  };
}

function supervise(parts: Part[], clock: FakeClock) {
  const states: string[] = [];
  const supervisor = createSupervisor(parts, {
    clock,
    random: () => 1,
    onState: (name, state) => states.push(`${name} ${state}`),
  });
  return { supervisor, states };
}

describe('supervisor', () => {
  it('OP13 starts parts in order and stops them in reverse', async () => {
    const journal: string[] = [];
    const parts = ['database', 'writer', 'sockets'].map((name) => createPart(name, journal).part);
    const { supervisor } = supervise(parts, createFakeClock());
    expect(supervisor.ready()).toBe(false);
    await supervisor.start();
    expect(supervisor.ready()).toBe(true);
    await supervisor.stop();
    expect(journal).toEqual([
      'database starts',
      'writer starts',
      'sockets starts',
      'sockets stops',
      'writer stops',
      'database stops',
    ]);
    expect([...supervisor.states().values()]).toEqual(['stopped', 'stopped', 'stopped']);
  });

  it('OP13 stops what runs already when a part cannot start, and throws its error', async () => {
    const journal: string[] = [];
    const [a, b, c] = [createPart('a', journal), createPart('b', journal), createPart('c', journal)];
    b.failNextStarts(1);
    const { supervisor } = supervise([a.part, b.part, c.part], createFakeClock());
    await expect(supervisor.start()).rejects.toThrow('b cannot start');
    expect(journal).toEqual(['a starts', 'b fails to start', 'a stops']);
    expect(Object.fromEntries(supervisor.states())).toEqual({ a: 'stopped', b: 'failed', c: 'stopped' });
  });

  it('OP14 restarts a failed part with backoff and leaves the others alone', async () => {
    const journal: string[] = [];
    const clock = createFakeClock();
    const [a, b] = [createPart('a', journal), createPart('b', journal)];
    const { supervisor, states } = supervise([a.part, b.part], clock);
    await supervisor.start();
    journal.length = states.length = 0;
    a.failNextStarts(2);
    a.fail();
    await clock.settle();
    expect(supervisor.states().get('a')).toBe('backoff');
    await clock.advance(199);
    expect(journal).toEqual(['a stops']);
    await clock.advance(1); // 200 ms: first try
    await clock.advance(400); // second
    expect(supervisor.ready()).toBe(false);
    await clock.advance(800); // third
    expect(journal).toEqual(['a stops', 'a fails to start', 'a fails to start', 'a starts']);
    expect(states).toEqual([
      'a backoff',
      'a starting',
      'a backoff',
      'a starting',
      'a backoff',
      'a starting',
      'a running',
    ]);
    expect(supervisor.ready()).toBe(true);
  });

  it('OP14 begins the backoff anew after a stable minute, not before', async () => {
    const journal: string[] = [];
    const clock = createFakeClock();
    const a = createPart('a', journal);
    const { supervisor } = supervise([a.part], clock);
    await supervisor.start();
    a.fail();
    await clock.advance(200);
    a.fail();
    await clock.advance(399);
    expect(supervisor.ready()).toBe(false);
    await clock.advance(1);
    expect(supervisor.ready()).toBe(true);
    await clock.advance(60_000);
    a.fail();
    await clock.advance(200);
    expect(supervisor.ready()).toBe(true);
  });

  it('OP15 goes on without a part that hangs or throws while stopping', async () => {
    const journal: string[] = [];
    const clock = createFakeClock();
    const a = createPart('a', journal);
    const hangs = createPart('hangs', journal, { stop: () => new Promise(() => {}), stopTimeoutMs: 500 });
    const throws = createPart('throws', journal, { stop: () => Promise.reject(new Error('no')) });
    const { supervisor } = supervise([a.part, hangs.part, throws.part], clock);
    await supervisor.start();
    const stopped = supervisor.stop();
    await clock.advance(500);
    await stopped;
    expect(journal.at(-1)).toBe('a stops');
    expect(Object.fromEntries(supervisor.states())).toEqual({
      a: 'stopped',
      hangs: 'failed',
      throws: 'failed',
    });
  });

  it('OP15 does not restart a part that waits for its restart when it is stopped', async () => {
    const journal: string[] = [];
    const clock = createFakeClock();
    const a = createPart('a', journal);
    const { supervisor } = supervise([a.part], clock);
    await supervisor.start();
    a.fail();
    await clock.advance(10);
    await supervisor.stop();
    await clock.advance(100_000);
    expect(journal).toEqual(['a starts', 'a stops']);
    expect(supervisor.states().get('a')).toBe('stopped');
    expect(clock.pending()).toBe(0);
  });

  it('OP13–15 hold for any course of failures: start and stop alternate, and at the end everything is stopped', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('fail' as const), part: fc.nat(2), startFailures: fc.nat(3) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(70_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const journal: string[] = [];
        const clock = createFakeClock();
        const parts = ['a', 'b', 'c'].map((name) => createPart(name, journal));
        const { supervisor } = supervise(
          parts.map((p) => p.part),
          clock,
        );
        await supervisor.start();
        for (const s of steps) {
          if (s.kind === 'wait') await clock.advance(s.ms);
          else {
            parts[s.part]?.failNextStarts(s.startFailures);
            parts[s.part]?.fail();
          }
        }
        const stopped = supervisor.stop();
        await clock.advance(10_000);
        await stopped;
        for (const name of ['a', 'b', 'c']) {
          const own = journal.filter((line) => line.startsWith(`${name} st`));
          expect(own.every((line, i) => line === `${name} ${i % 2 === 0 ? 'starts' : 'stops'}`)).toBe(true);
          expect(own.length % 2).toBe(0);
          expect(supervisor.states().get(name)).toBe('stopped');
        }
      }),
      { numRuns: 60 },
    );
  });
});
