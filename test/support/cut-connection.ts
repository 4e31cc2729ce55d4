/** The live page behind a proxy that cuts its connection and lets no new one through for a while, as events go on. */
import type { Browser } from 'playwright-core';
import { createFaultProxy } from './fault-proxy.ts';
import { sendEvent } from './send-event.ts';
import { until, type FirstRun, type ServerProcess } from './server-process.ts';
import { openPage } from './signed-in-page.ts';
import { recordStream } from './stream-recorder.ts';

export interface CutResult {
  sent: number;
  sent_while_cut: number;
  missing: number;
  dropped: number;
  disordered: number;
  /** Drop notices on screen. */
  notices: number;
}

export async function cutConnection(
  browser: Browser,
  server: ServerProcess,
  first: FirstRun,
  cut: { seconds: number; eventsPerSecond: number },
): Promise<CutResult> {
  const proxy = await createFaultProxy(server.port, () => 0.5);
  try {
    const { page, context } = await openPage(
      browser,
      { url: `http://127.0.0.1:${proxy.port}` },
      { as: first },
    );
    const { received } = await recordStream(page);
    await page.goto('/projects/my-project/live');
    const state = (word: string) =>
      page.getByRole('main').getByRole('status', { name: `Connection: ${word}` });
    const sent: string[] = [];
    const send = async () => {
      sent.push(await sendEvent(server, first, { message: `event ${sent.length}`, level: 'error' }));
    };
    await state('Live').waitFor();
    await send();
    proxy.refuse(true);
    proxy.reset();
    await state('Offline').waitFor();
    const ends = performance.now() + cut.seconds * 1000;
    const before = sent.length;
    while (performance.now() < ends) {
      await send();
      await new Promise((done) => setTimeout(done, 1000 / cut.eventsPerSecond));
    }
    const while_cut = sent.length - before;
    proxy.refuse(false);
    // The next attempt may be half a minute away.
    await state('Live').waitFor({ timeout: 60_000 });
    await send();
    type Told = { type: string; seq: number; count: number; data?: { id: string } };
    const told = () => received.map((text) => JSON.parse(text) as Told);
    const events = () => told().filter(({ type }) => type === 'event');
    await until('the last event', () => events().some(({ data }) => data?.id === sent.at(-1)));
    const ids = new Set(events().map(({ data }) => data?.id));
    const notices = await page.getByRole('note').count();
    const result = {
      sent: sent.length,
      sent_while_cut: while_cut,
      missing: sent.filter((id) => !ids.has(id)).length,
      dropped: told().reduce((sum, { type, count }) => sum + (type === 'dropped' ? count : 0), 0),
      disordered: events().filter(({ seq }, i, all) => seq <= (all[i - 1]?.seq ?? 0)).length,
      notices,
    };
    await context.close();
    return result;
  } finally {
    await proxy.close();
  }
}
