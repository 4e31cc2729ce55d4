/**
 * The live page under load, as a person has it open: events at a steady rate, a pause in the middle that is longer than
 * what the server keeps for it. The page's frames, long tasks and heap are measured; what it was told and what it shows
 * is held against what was sent.
 */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { postEvents, type To } from './send-event.ts';
import { getJson, until, type ServerProcess } from './server-process.ts';

export interface LivePageLoad {
  seconds: number;
  eventsPerSecond: number;
}

export interface LivePageResult {
  sent: number;
  /** What `rates` added up to, and how often the page showed another number than the last `rates` said. */
  counted: number;
  shown_wrong: number;
  delivered: number;
  dropped: number;
  /** Events of the dropped ranges that the log gave when it was asked. */
  dropped_found: number;
  /** Events that came twice or out of order. */
  disordered: number;
  drop_notices: number;
  longest_task_ms: number;
  tasks_over_100_ms: number;
  idle_frames_per_second: number;
  frames_per_second: number;
  slowest_second_frames: number;
  heap_early_mb: number;
  heap_end_mb: number;
}

const LEVELS = ['debug', 'info', 'info', 'warning', 'error', 'error', 'error', 'fatal'];
const BATCHES_PER_SECOND = 20;
/** Of frames, before anything is sent. */
const IDLE_SECONDS = 3;
/** What the page lets the server keep while it is paused. */
const BUFFER = 1000;

interface Probe {
  counted: number;
  shownWrong: number;
  seqs: number[];
  dropped: { count: number; from: number; to: number }[];
  tasks: { at: number; ms: number }[];
  epoch: string;
  /** Frames of each second. */
  frames: number[];
}

/** Reads along in the page: messages on their way from the worker, frames, long tasks, and the numbers on screen. */
const PROBE = `
  const probe = (globalThis.probe = { counted: 0, shownWrong: 0, seqs: [], dropped: [], tasks: [], frames: [], epoch: '' });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask' });
  let second = performance.now();
  let frames = 0;
  requestAnimationFrame(function frame(now) {
    frames++;
    if (now - second >= 1000) {
      probe.frames.push((frames * 1000) / (now - second));
      second = now;
      frames = 0;
    }
    requestAnimationFrame(frame);
  });
  const shown = () =>
    Number(document.querySelector('[aria-label="Events a second"] span span')?.textContent.replace(/\\D/g, ''));
  const look = (rates) => {
    probe.counted += rates.total;
    // The page paints with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
      if (shown() !== rates.total) probe.shownWrong++;
    })));
  };
  globalThis.SharedWorker = class extends SharedWorker {
    constructor(...args) {
      super(...args);
      this.port.addEventListener('message', ({ data }) => {
        const message = data.event?.kind === 'message' ? data.event.message : {};
        if (message.type === 'event') probe.seqs.push(message.seq);
        else if (message.type === 'dropped') probe.dropped.push(message);
        else if (message.type === 'rates') look(message);
        else if (message.type === 'mark') probe.epoch = message.cursor.split('.')[0];
      });
    }
  };`;

/** `page` is signed in and shows nothing yet; the project is empty. */
export async function livePageLoad(
  page: Page,
  server: ServerProcess,
  to: To & { cookie: string },
  load: LivePageLoad,
): Promise<LivePageResult> {
  await page.addInitScript(PROBE);
  await page.goto('/projects/my-project/live');
  const bar = page.getByRole('group', { name: 'Events a second' });
  await bar.getByText('0 events/s').waitFor();
  const probe = () => page.evaluate<Probe>('probe');
  const devtools = await page.context().newCDPSession(page);
  const pageNow = () => page.evaluate(() => performance.now());
  /** The collection that we ask for is no task of the page's own. */
  const ours: { from: number; to: number }[] = [];
  const heapMb = async (): Promise<number> => {
    const from = await pageNow();
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    ours.push({ from, to: await pageNow() });
    return usedSize / 1024 / 1024;
  };

  await page.evaluate('probe.frames.length = 0');
  await until('frames of an idle page', async () => (await probe()).frames.length >= IDLE_SECONDS);
  const idle = (await probe()).frames;
  await page.evaluate('probe.frames.length = probe.tasks.length = 0');

  let sent = 0;
  let heapEarly = 0;
  const started = performance.now();
  const batches = load.seconds * BATCHES_PER_SECOND;
  const pauseAt = Math.floor(batches / 2);
  const pausedFor = Math.ceil(((BUFFER * 1.4) / load.eventsPerSecond) * BATCHES_PER_SECOND);
  const toggle = (name: 'Pause' | 'Resume') => page.getByRole('button', { name, exact: true }).click();
  for (let batch = 0; batch < batches; batch++) {
    const due = started + (batch * 1000) / BATCHES_PER_SECOND - performance.now();
    if (due > 0) await new Promise((done) => setTimeout(done, due));
    sent += await postSome(server, to, load.eventsPerSecond / BATCHES_PER_SECOND);
    // Rows, caches and compiled code have their size by then.
    if (batch === Math.floor(batches / 3)) heapEarly = await heapMb();
    if (batch === pauseAt) await toggle('Pause');
    if (batch === pauseAt + pausedFor) await toggle('Resume');
  }
  await until('all to be counted', async () => (await probe()).counted >= sent, 30_000, 200);
  await bar.getByText('0 events/s').waitFor();
  const { seqs, dropped, counted, shownWrong, tasks: all, frames, epoch } = await probe();
  const tasks = all
    .filter(({ at, ms }) => !ours.some(({ from, to: end }) => at < end && at + ms > from))
    .map(({ ms }) => ms);
  let found = 0;
  for (const { from, to: last } of dropped)
    found += await countLogged(server, to, { from: `${epoch}.${from - 1}`, to: `${epoch}.${last}` });
  return {
    sent,
    counted,
    shown_wrong: shownWrong,
    delivered: seqs.length,
    dropped: dropped.reduce((sum, { count }) => sum + count, 0),
    dropped_found: found,
    disordered: seqs.filter((seq, i) => seq <= (seqs[i - 1] ?? 0)).length,
    drop_notices: dropped.length,
    longest_task_ms: Math.round(Math.max(0, ...tasks)),
    tasks_over_100_ms: tasks.filter((ms) => ms > 100).length,
    idle_frames_per_second: mean(idle),
    frames_per_second: mean(frames),
    slowest_second_frames: Math.round(Math.min(...frames)),
    heap_early_mb: round(heapEarly),
    heap_end_mb: round(await heapMb()),
  };
}

/** What has to hold on any machine: everything is counted, shown, delivered or told as dropped. */
export function unaccounted(result: LivePageResult): string[] {
  const { sent, counted, shown_wrong, delivered, dropped, dropped_found, disordered } = result;
  return [
    ...(counted === sent ? [] : [`${sent} were sent, the rates say ${counted}`]),
    ...(shown_wrong === 0 ? [] : [`the page showed ${shown_wrong} times another rate`]),
    ...(delivered + dropped === sent ? [] : [`${sent - delivered - dropped} are missing`]),
    ...(dropped > 0 ? [] : ['the pause dropped nothing: it proves nothing']),
    ...(dropped_found === dropped ? [] : [`of ${dropped} dropped the log has ${dropped_found}`]),
    ...(disordered === 0 ? [] : [`${disordered} came twice or out of order`]),
  ];
}

async function postSome(server: ServerProcess, to: To, count: number): Promise<number> {
  const events = Array.from({ length: count }, (_, i) => ({
    event_id: randomUUID().replaceAll('-', ''),
    platform: 'node',
    level: LEVELS[i % LEVELS.length],
    message: `checkout failed in step ${i % 10}`,
    environment: 'production',
    tags: { region: 'eu-1' },
    user: { id: String(i) },
  }));
  await postEvents(server, to, events);
  return count;
}

async function countLogged(
  server: ServerProcess,
  { cookie }: { cookie: string },
  range: { from: string; to: string },
): Promise<number> {
  const log = '/projects/my-project/log?limit=100';
  let count = 0;
  let since: string | null = range.from;
  while (since !== null) {
    const page: { items: { type: string }[]; next: string | null } = await getJson(
      server,
      cookie,
      `${log}&since=${since}&until=${range.to}`,
    );
    count += page.items.filter(({ type }) => type === 'event').length;
    since = page.next;
  }
  return count;
}

function mean(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
