/**
 * `mesher demo [--rate 50]`: traffic like that of a small web shop until Ctrl-C, so that a newcomer sees issues,
 * regressions, releases and users move. It goes through the front door and honours 429 and 503.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf, CommandError, parseFlags, type Command } from './command.ts';
import { demoEvent } from './demo-events.ts';
import { parseDsn, sendEvent } from './dsn.ts';
import { findDsn } from './find-dsn.ts';

const MAX_IN_FLIGHT = 64;
const TICK_MS = 100;

export const demoCommand: Command = {
  summary: 'send realistic traffic until Ctrl-C',
  usage: 'mesher demo [--rate 50] [--count <n>] [--dsn <dsn> | --project <slug>]',
  async run(args, io) {
    const { values } = parseFlags(args, {
      rate: { type: 'string', default: '50' },
      count: { type: 'string' },
      dsn: { type: 'string' },
      project: { type: 'string' },
    });
    const rate = positive('--rate', values.rate);
    const count = values.count === undefined ? Infinity : positive('--count', values.count);
    const dsn = parseDsn(values.dsn ?? (await findDsn(configOf(io), values.project)));
    io.err(`sending about ${rate} events a second to project ${dsn.projectId}; Ctrl-C ends it`);

    const tally = { stored: 0, limited: 0, refused: 0 };
    const inFlight = new Set<Promise<void>>();
    let sent = 0;
    let owed = 0;
    let pausedUntil = 0;
    let failure: unknown;
    while (!io.signal.aborted && sent < count && failure === undefined) {
      owed = Math.min(owed + (rate * TICK_MS) / 1000, rate);
      while (owed >= 1 && sent < count && inFlight.size < MAX_IN_FLIGHT && Date.now() >= pausedUntil) {
        owed--;
        sent++;
        const request = sendEvent(dsn, demoEvent(), io.signal)
          .then((result) => {
            tally[result.kind]++;
            if (result.kind === 'limited') pausedUntil = Date.now() + result.retryAfterS * 1000;
          })
          .catch((error: unknown) => {
            if (!io.signal.aborted) failure = error;
          })
          .finally(() => inFlight.delete(request));
        inFlight.add(request);
      }
      await sleep(TICK_MS, undefined, { signal: io.signal }).catch(() => undefined);
    }
    await Promise.allSettled(inFlight);
    if (failure !== undefined) throw failure;
    io.err(`${tally.stored} stored, ${tally.limited} told to wait, ${tally.refused} refused`);
    return 0;
  },
};

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new CommandError(`${flag} must be a number above 0.`);
  return value;
}
