import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGlob } from './glob.ts';
import { normalizeEvent } from './normalize/normalize-event.ts';
import { compileRules } from './project-rules.ts';

const event = (payload: object) =>
  normalizeEvent(structuredClone(payload) as { [key: string]: unknown }, {
    eventId: 'a'.repeat(32),
    receivedMs: 0,
    clientIp: null,
    payloadBytes: 0,
  });
const thrown = (value: string, frame: object = {}) => ({
  exception: { values: [{ type: 'Error', value, stacktrace: { frames: [frame] } }] },
});
const browser = (userAgent: string) => ({ request: { headers: { 'User-Agent': userAgent } } });
const all = compileRules({
  filters: {
    browserExtensions: true,
    legacyBrowsers: true,
    localhost: true,
    healthChecks: true,
    messages: ['ResizeObserver*', '*aborted*by*user*'],
    releases: ['0.*'],
    environments: ['dev'],
  },
});

describe('project rules', () => {
  it.each([
    ['browser_extension', thrown('x', { abs_path: 'chrome-extension://abc/a.js' })],
    ['browser_extension', thrown('Extension context invalidated.')],
    ['legacy_browser', browser('Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko')],
    [
      'legacy_browser',
      browser('Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/50.0 Safari/537.36'),
    ],
    ['localhost', { request: { url: 'http://localhost:3000/cart' } }],
    ['localhost', { request: { url: 'http://[::1]/cart' } }],
    ['health_check', { transaction: 'GET /healthz' }],
    ['health_check', { request: { url: 'https://shop.test/api/ping/' } }],
    ['message', { message: 'ResizeObserver loop limit exceeded' }],
    ['message', thrown('The request was aborted quickly by the user.')],
    ['release', { release: '0.9.1' }],
    ['environment', { environment: 'dev' }],
  ])('IN80 filters by %s', (reason, payload) => {
    expect(all?.filter?.(event(payload))).toBe(reason);
  });

  it.each([
    thrown('x is not a function', { abs_path: 'https://shop.test/a.js' }),
    browser('Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'),
    { transaction: 'GET /shipping', request: { url: 'https://shop.test/healthy-food' } },
    { release: '10.0', environment: 'development' },
  ])('IN80 keeps what only looks like it: %j', (payload) => {
    expect(all?.filter?.(event(payload))).toBe(null);
  });

  it('IN80 a glob is what the regular expression means, in linear time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        const regex = new RegExp(`^${glob.replaceAll('*', '.*')}$`, 'i');
        expect(createGlob(glob)(value)).toBe(regex.test(value));
      }),
      { numRuns: 2000 },
    );
    expect(createGlob('*a'.repeat(100) + 'b')('a'.repeat(8000))).toBe(false);
  });

  it('IN81 keeps the share it was told, the same events every time', () => {
    const rules = compileRules({ sampleRate: 0.25 });
    const ids = Array.from({ length: 4000 }, (_, i) =>
      ((i * 2654435761) >>> 0).toString(16).padStart(8, '0').padEnd(32, '0'),
    );
    const kept = ids.filter((id) => rules?.sampled(id));
    expect(kept.length / ids.length).toBeCloseTo(0.25, 1);
    expect(ids.filter((id) => rules?.sampled(id))).toEqual(kept);
    expect(compileRules({ sampleRate: 1 })).toBe(null);
    expect(compileRules({})).toBe(null);
  });

  it('IN83 filters values under a project’s own words, everywhere', () => {
    const scrub = compileRules({ scrub: { keys: ['Iban'], ipAddresses: true } })?.scrub;
    const made = event({
      tags: { iban: 'S1', shop: 'keep' },
      extra: { deep: [{ customerIBAN: 'S2' }], shop: 'keep' },
      contexts: { bank: { iban_1: 'S3' } },
      user: { ip_address: '192.0.2.1', iban: 'S4' },
      request: { query_string: 'iban=S5&x=1', headers: { 'X-Iban': 'S6' }, data: { iban: 'S7' } },
      breadcrumbs: [{ data: { iban: 'S8' } }],
      exception: [{ value: 'v', stacktrace: { frames: [{ vars: { iban: { x: 'S9' } } }] } }],
    });
    const paths = scrub?.(made);
    expect(paths).toHaveLength(10);
    expect(JSON.stringify(made)).not.toMatch(/S\d|192\.0/);
    expect(JSON.stringify(made).match(/keep/g)).toHaveLength(2);
  });
});
