/**
 * A node whose PostgreSQL is away cannot hear of revocations: after 5 s it takes no streams and closes the open ones.
 * With a real PostgreSQL that is killed, and with one that stands still.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectStream } from '../../src/client/stream-client.ts';
import {
  createExternalPostgres,
  externalPostgresBin,
  type ExternalPostgres,
} from '../support/external-postgres.ts';
import { openStreams, type OpenStream } from '../support/open-streams.ts';
import { sendEvent } from '../support/send-event.ts';
import { makeDataDir, redeemSetup, startServerProcess, until } from '../support/server-process.ts';

let cleanUp: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  cleanUp = [];
});

const AWAY: [
  string,
  (postgres: ExternalPostgres) => void | Promise<void>,
  (postgres: ExternalPostgres) => void | Promise<void>,
][] = [
  ['is killed', (postgres) => postgres.end('SIGQUIT'), (postgres) => postgres.start()],
  ['stands still', (postgres) => postgres.freeze(true), (postgres) => postgres.freeze(false)],
];

const bin = externalPostgresBin();
describe.skipIf(bin === null)('PostgreSQL away', () => {
  it.each(AWAY)(
    'ST47 when it %s streams end after 5 s, none opens, and they go on later',
    async (_how, away, back) => {
      const postgres = await createExternalPostgres(bin ?? '');
      cleanUp.push(() => postgres.remove());
      await postgres.start();
      const dataDir = makeDataDir();
      cleanUp.push(() => dataDir.remove());
      const server = await startServerProcess({
        dataDir: dataDir.path,
        env: { DATABASE_URL: postgres.url, MESHER_LOG_LEVEL: 'error' },
      });
      cleanUp.push(() => server.end('SIGKILL'));
      const first = await redeemSetup(server);
      const headers = { Cookie: first.cookie, Origin: server.url };
      const streams = openStreams(server.url, first.projectId, { headers });
      cleanUp.push(() => streams.forEach((one) => one.abort()));
      const titles: string[] = [];
      const client = connectStream({
        url: server.url,
        projectId: first.projectId,
        webSocket: (url, protocols) => new WebSocket(url, protocols, { headers }),
        onMessage: (message) => {
          if (message.type === 'event') titles.push(message.data?.title ?? '');
        },
      });
      cleanUp.push(() => client.close());
      await until('the streams', () => client.state === 'live' && streams.every((one) => one.isLive()));
      await sendEvent(server, first, { message: 'before' });
      await until('the event', () => streams.every((one) => one.text().includes('before')));

      await away(postgres);
      const since = performance.now();
      await until('the end of them all', () => streams.every((one) => one.ended() !== null));
      const tookMs = performance.now() - since;
      // The last reading was half a second ago at most; two looks a second apart follow the five.
      expect(tookMs).toBeGreaterThan(4000);
      expect(tookMs).toBeLessThan(10_000);
      expect(codes(streams)).toEqual({ 'mode 0': 4106, 'mode 1': 4106, ...HTTP_ENDED });
      for (const one of streams)
        if (one.form !== 'mode 0') expect(one.text()).toMatch(/"type":"goodbye","code":4106,"retry_ms":\d+/);

      const browser = openStreams(server.url, first.projectId, { headers });
      const program = openStreams(server.url, first.projectId, {
        headers: { Authorization: 'Bearer msh_x' },
      });
      cleanUp.push(() => [...browser, ...program].forEach((one) => one.abort()));
      await until('the refusals', () => [...browser, ...program].every((one) => one.ended() !== null), 3000);
      expect(codes(browser)).toEqual({ 'mode 0': 4106, 'mode 1': 4106, ...HTTP_REFUSED });
      expect(codes(program)).toEqual({ 'mode 0': 503, 'mode 1': 503, ...HTTP_REFUSED });
      expect(client.state).toBe('connecting');

      await back(postgres);
      await until('the client to be live', () => client.state === 'live', 60_000);
      await sendEvent(server, first, { message: 'afterwards' });
      await until('the event', () => titles.includes('afterwards'));
      expect(titles).toEqual(['before', 'afterwards']);
      expect(await server.end('SIGTERM')).toBe(0);
    },
  );
});

const HTTP_ENDED = { 'text/event-stream': 0, 'application/x-ndjson': 0 };
const HTTP_REFUSED = { 'text/event-stream': 503, 'application/x-ndjson': 503 };
const codes = (streams: OpenStream[]): Record<string, number | null> =>
  Object.fromEntries(streams.map((one) => [one.form, one.ended()]));
