/** What becomes of connections that are dead, too slow or left, and of a log that cannot be read. */
import { describe, expect, it } from 'vitest';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { createModel } from '../../test/support/stream-model.ts';

describe('liveness', () => {
  it('ST17 a peer that does not read for a minute is closed with 4101', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    await model.clock.advance(20);
    sink.stalled = true;
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(58_000);
    expect(sink.closedWith).toBeNull();
    await model.clock.advance(5000);
    expect(sink.closedWith).toMatchObject({ code: 4101 });
    model.stop();
  });

  it('ST17 a peer without a sign of life is pinged after 25 s and closed when it does not answer', async () => {
    const model = createModel();
    const alive = model.open();
    const dead = model.open();
    dead.sink.silent = true;
    await model.clock.advance(24_000);
    expect([alive.sink.pings, dead.sink.pings]).toEqual([0, 0]);
    await model.clock.advance(10_000);
    expect([alive.sink.pings, dead.sink.pings]).toEqual([1, 1]);
    await model.clock.advance(5000);
    expect([alive.sink.closedWith, dead.sink.closedWith?.code]).toEqual([null, 4101]);
    model.stop();
  });

  it('ST17 two thousand connections whose peers are gone are given up together', async () => {
    const model = createModel();
    const gone = Array.from({ length: 2000 }, () => model.open());
    for (const { session, sink } of gone) {
      sink.silent = true;
      await model.subscribe(session, {});
    }
    const alive = model.open();
    await model.subscribe(alive.session, {});
    await model.clock.advance(40_000);
    expect(gone.filter(({ sink }) => sink.closedWith?.code !== 4101).length).toBe(0);
    expect(model.deps.hub.stats()).toEqual({ sessions: 1, projects: 1, rooms: 1 });
    model.log.commit(1, [fakeEvent()]);
    await model.clock.advance(20);
    expect(alive.sink.messages().at(-1)).toMatchObject({ type: 'event', seq: 1 });
    model.stop();
  });

  it('ST17 beyond the bound of the process the slowest are closed with 4106', async () => {
    const model = createModel({ maxUnsentBytes: 100_000 });
    const { session, sink } = model.open();
    const other = model.open();
    await model.subscribe(session, { buffer: 5000 });
    await model.subscribe(other.session, { buffer: 10 });
    await model.clock.advance(20);
    for (const one of [sink, other.sink]) one.stalled = true;
    for (let i = 0; i < 30; i++) {
      model.log.commit(
        1,
        Array.from({ length: 20 }, () => fakeEvent()),
      );
      await model.clock.advance(100);
    }
    expect(sink.closedWith).toMatchObject({ code: 4106 });
    expect(other.sink.closedWith).toBeNull();
    model.stop();
  });

  it('ST16 while the log cannot be read everybody is told so, and how old what they see is', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    await model.clock.advance(20);
    model.log.failing = true;
    await model.clock.advance(12_000);
    model.log.failing = false;
    await model.clock.advance(12_000);
    const marks = sink.messages().flatMap((one) => (one.type === 'mark' ? [one] : []));
    expect(marks.map((one) => one.state)).toEqual(['ok', 'degraded', 'ok']);
    model.stop();
  });

  it('ST75 what nobody follows is forgotten, after a while', async () => {
    const model = createModel();
    const { session, sink } = model.open();
    await model.subscribe(session, {});
    const feed = await model.deps.hub.openFeed(1);
    for (const level of ['error', 'info', 'error', 'fatal'])
      await model.subscribe(session, { filters: { level } });
    expect([...(feed?.classes() ?? [])].length).toBe(1);
    expect(model.deps.hub.stats()).toEqual({ sessions: 1, projects: 1, rooms: 1 });
    sink.cut();
    expect(model.deps.hub.stats()).toEqual({ sessions: 0, projects: 1, rooms: 0 });
    expect([...(feed?.classes() ?? [])].length).toBe(0);
    await model.clock.advance(9000);
    const again = model.open();
    await model.subscribe(again.session, {});
    await model.clock.advance(11_000);
    expect(model.deps.hub.stats().projects).toBe(1);
    again.sink.cut();
    await model.clock.advance(11_000);
    expect(model.deps.hub.stats().projects).toBe(0);
    model.stop();
  });
});
