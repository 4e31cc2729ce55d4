/** IN1: the real @sentry/react in Chromium: an error of a component, caught by its ErrorBoundary; and a 429 of ours. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
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

describe.skipIf(executable === null)('@sentry/react', () => {
  let server: ServerProcess;
  let first: FirstRun;
  let shop: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path });
    first = await redeemSetup(server);
    const script = await bundle();
    shop = createServer((req, res) => {
      if (req.url === '/shop.js') res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
      else
        res
          .writeHead(200, { 'Content-Type': 'text/html' })
          .end(`<!doctype html><body data-dsn="${first.dsn}"><script src="/shop.js"></script>`);
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

  const open = async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`);
    return page;
  };

  it('IN1 an error of a component arrives with the stack of components', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open the cart' }).click();
    await page.getByText('Sorry').waitFor();
    const issue = await until('the issue', async () =>
      (await getJson<Page<Issue>>(server, first.cookie, `/projects/${first.projectId}/issues`)).items.find(
        (item) => item.title.includes('the cart is empty'),
      ),
    );
    const { event } = await getJson<EventDetail>(
      server,
      first.cookie,
      `/projects/${first.projectId}/events/${issue.last_event_id ?? ''}`,
    );
    expect(event).toMatchObject({ environment: 'staging', release: 'react@4.0.0' });
    // The SDK sends the stack of components as an exception that caused the error.
    const types = event.exception?.map((exception) => exception.type);
    expect(types).toEqual(['React ErrorBoundary RangeError', 'RangeError']);
    expect(event.exception?.[0]?.stacktrace?.frames.length).toBeGreaterThan(0);
    await page.close();
  });

  it('IN7 in a browser a 429 is read across origins and obeyed', async () => {
    const page = await open();
    await expectSilenceWhenLimited(page, server, first);
    await page.close();
  });
});

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: {
        entry: join(ROOT, 'test/e2e/sentry-react.js'),
        formats: ['iife'],
        name: 'Shop',
        fileName: 'shop',
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('no bundle');
  return output.output[0].code;
}
