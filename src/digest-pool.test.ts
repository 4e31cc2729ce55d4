/** The threads that digest events: same rows as in place, bounded, and a dead thread loses nothing silently. */
import { afterEach, describe, expect, it } from 'vitest';
import { createDigestPool, DigestLostError, type DigestPool } from './digest-pool.ts';
import { groupingSettingsOf } from './grouping-settings.ts';
import { digestPayload, type DigestTask } from './digest.ts';
import { ruleSettingsOf } from './rule-settings.ts';
import type { ProjectSettings } from './store/projects.ts';

const pools: DigestPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

async function startPool(options: Partial<Parameters<typeof createDigestPool>[0]> = {}): Promise<DigestPool> {
  const pool = createDigestPool({ threads: 2, maxEvents: 100, maxBytes: 1_000_000, ...options });
  pools.push(pool);
  await pool.start();
  return pool;
}

function task(payload: unknown): DigestTask {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return {
    payload: bytes,
    source: { receivedMs: 1_795_000_000_000, clientIp: null, payloadBytes: bytes.length },
    origin: { projectId: 7, keyId: 3 },
    grouping: groupingSettingsOf({ groupingVersion: 'v1' }),
  };
}

const event = (i: number) => ({
  event_id: i.toString(16).padStart(32, '0'),
  level: 'error',
  exception: {
    values: [
      {
        type: 'Fault',
        value: `number ${i}`,
        stacktrace: { frames: [{ function: `f${i}`, module: 'm', in_app: true }] },
      },
    ],
  },
});

describe('digest pool', () => {
  it('IN3 gives the rows that digesting in place gives, each to its own caller', async () => {
    const pool = await startPool();
    const tasks = Array.from({ length: 60 }, (_, i) => task(event(i)));
    const expected = tasks.map((one) => digestPayload(one));
    const got = await Promise.all(tasks.map((one) => pool.digest(one)));
    const plain = (digests: typeof got) =>
      digests.map((digest) =>
        digest.kind === 'event'
          ? { ...digest.event, payload: Buffer.from(digest.event.payload).toString('hex') }
          : digest,
      );
    expect(plain(got)).toEqual(plain(expected));
  });

  it('IN3 leaves the caller its bytes, and says what is no event', async () => {
    const pool = await startPool();
    const broken = task('{"a":');
    expect(await pool.digest(broken)).toEqual({ kind: 'invalid', reason: 'invalid_json' });
    expect(Buffer.from(broken.payload).toString()).toBe('{"a":');
    expect(await pool.digest(task({ type: 'transaction' }))).toEqual({ kind: 'transaction' });
  });

  it.each<[ProjectSettings, object]>([
    [{ filters: { messages: ['number*'] } }, { outcome: 'filtered', reason: 'message' }],
    [{ sampleRate: 0 }, { outcome: 'sampled', reason: 'sample_rate' }],
    // What is filtered is not sampled.
    [
      { sampleRate: 0, filters: { messages: ['number*'] } },
      { outcome: 'filtered', reason: 'message' },
    ],
  ])('IN80 IN81 drops by the project\u2019s rules: %j', async (settings, outcome) => {
    const pool = await startPool({ threads: 1 });
    const rules = ruleSettingsOf(settings);
    const dropped = { kind: 'dropped', id: event(1).event_id, outcome };
    expect(await pool.digest({ ...task(event(1)), rules })).toEqual(dropped);
    expect(await pool.digest(task(event(1)))).toMatchObject({ kind: 'event' });
  });

  it('IN83 scrubs by the project\u2019s rules before anything is made of the event', async () => {
    const pool = await startPool({ threads: 1 });
    const rules = ruleSettingsOf({ scrub: { keys: ['iban'], ipAddresses: true } });
    const payload = { ...event(1), tags: { iban: 'S1' }, user: { ip_address: '192.0.2.1' } };
    const digest = await pool.digest({ ...task(payload), rules });
    expect(digest).toMatchObject({
      kind: 'event',
      event: { userIdent: null, data: { tags: { iban: '[Filtered]' }, user: null } },
    });
  });

  it('IN3 is full at its bounds in events and in bytes, and has room again afterwards', async () => {
    const pool = await startPool({ threads: 1, maxEvents: 3, maxBytes: 1_000_000 });
    const three = [1, 2, 3].map((i) => pool.digest(task(event(i))));
    expect(pool.isFull()).toBe(true);
    await Promise.all(three);
    expect(pool.isFull()).toBe(false);

    const small = await startPool({ threads: 1, maxEvents: 100, maxBytes: 200 });
    const one = small.digest(task({ ...event(1), message: 'x'.repeat(200) }));
    expect(small.isFull()).toBe(true);
    await one;
    expect(small.isFull()).toBe(false);
  });

  it('IN3 rejects what a dead thread held, reports it, and works again once started', async () => {
    // A program that ends at its first message, as a thread does that runs out of memory.
    const entry = new URL(
      `data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(9));")}`,
    );
    const pool = await startPool({ threads: 1, entry });
    const reports: unknown[] = [];
    pool.onFailure((error) => reports.push(error));
    await expect(
      Promise.all([pool.digest(task(event(1))), pool.digest(task(event(2)))]),
    ).rejects.toBeInstanceOf(DigestLostError);
    expect(reports).toHaveLength(1);
    expect(pool.isFull()).toBe(false);
    await expect(pool.digest(task(event(3)))).rejects.toBeInstanceOf(DigestLostError);
    await pool.start();
    await expect(pool.digest(task(event(4)))).rejects.toBeInstanceOf(DigestLostError);
    expect(reports).toHaveLength(2);
  });

  it('IN3 stopping rejects what is not done', async () => {
    const pool = await startPool({ threads: 1 });
    const pending = pool.digest(task(event(1)));
    const settled = expect(pending).rejects.toBeInstanceOf(DigestLostError);
    await pool.stop();
    await settled;
  });
});
