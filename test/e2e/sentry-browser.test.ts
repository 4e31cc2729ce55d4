/** IN1: the real @sentry/browser in Chromium on a page of another origin, as a web shop would run it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventDetail, Issue, Page } from '../../src/protocol/rest.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  ROOT,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { expectSilenceWhenLimited } from './rate-limited-page.ts';

const executable = chromiumPath();
const dataDir = makeDataDir();

describe.skipIf(executable === null)('@sentry/browser', () => {
  let server: ServerProcess;
  let first: FirstRun;
  let shop: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path });
    first = await redeemSetup(server);
    const script = await bundleSentry();
    shop = createServer((req, res) => {
      if (req.url === '/shop.js')
        res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(shopScript(first.dsn));
      else if (req.url === '/sentry.js')
        res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
      else
        res
          .writeHead(200, { 'Content-Type': 'text/html' })
          .end(
            '<!doctype html><script src="/sentry.js"></script><script src="/shop.js"></script><button onclick="buy()">Buy</button>',
          );
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    shop?.close();
    await server.end('SIGTERM');
    dataDir.remove();
  });

  it('IN1 an uncaught error in a page arrives with its stack, tags, user and breadcrumbs', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`);
    await page.getByRole('button', { name: 'Buy' }).click();
    const issue = await until('the issue', async () =>
      (await getJson<Page<Issue>>(server, first.cookie, `/projects/${first.projectId}/issues`)).items.find(
        (item) => item.title.includes('sold out'),
      ),
    );
    expect(issue).toMatchObject({
      title: 'RangeError: item 7 is sold out',
      level: 'error',
      platform: 'javascript',
    });
    const { event } = await getJson<EventDetail>(
      server,
      first.cookie,
      `/projects/${first.projectId}/events/${issue.last_event_id ?? ''}`,
    );
    expect(event).toMatchObject({ environment: 'staging', release: 'web@3.0.0', user: { id: '42' } });
    expect(event.tags).toContainEqual(['region', 'eu-1']);
    expect(event.breadcrumbs?.some((crumb) => crumb.category === 'cart')).toBe(true);
    expect(event.exception?.at(-1)?.stacktrace?.frames.at(-1)?.function).toBe('buy');
    await page.close();
  });

  it('IN7 a 429 is read across origins and obeyed', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`);
    await expectSilenceWhenLimited(page, server, first);
    await page.close();
  });
});

function shopScript(dsn: string): string {
  return `Sentry.init({ dsn: ${JSON.stringify(dsn)}, environment: 'staging', release: 'web@3.0.0' });
Sentry.setUser({ id: '42' });
Sentry.setTag('region', 'eu-1');
Sentry.addBreadcrumb({ category: 'cart', message: 'added item 7' });
function buy() {
  throw new RangeError('item 7 is sold out');
}
`;
}

async function bundleSentry(): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(import.meta.resolve('@sentry/browser')),
        formats: ['iife'],
        name: 'Sentry',
        fileName: 'sentry',
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('no bundle');
  return output.output[0].code;
}
