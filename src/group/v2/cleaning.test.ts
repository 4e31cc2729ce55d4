/** GR20 to GR26: what v2 does otherwise than v1, piece by piece. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event } from '../../../test/support/event.ts';
import { groupEvent } from '../group-event.ts';
import type { Component } from '../v1/component.ts';
import { fileComponent } from './file.ts';
import { functionComponent } from './function.ts';
import { moduleComponent } from './module.ts';
import { normalizeText } from './text.ts';

const counted = (component: Component): string | null =>
  component.contributes ? component.values.filter((part) => typeof part === 'string').join('') : null;

describe('fingerprints', () => {
  const hashes = (...fingerprint: string[]) =>
    groupEvent(event({ message: 'x', fingerprint }), { version: 'v2' }).hashes;
  it('GR20 keeps values apart', () => {
    expect(hashes('ab', 'c')).not.toEqual(hashes('a', 'bc'));
    expect(hashes('{{ default }}', 'ab', 'c')).not.toEqual(hashes('{{ default }}', 'a', 'bc'));
    expect(hashes('{{default}}')).toEqual(hashes());
  });
  it('GR20 two lists of values give one hash only when they are equal', () => {
    const list = fc.array(fc.stringMatching(/^[ab:1]{0,3}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(hashes(...a)[0] === hashes(...b)[0]).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('modules', () => {
  it.each([
    ['srv.releases.20261101-a1b2c3d.src:app', '/x/app.js', 'src:app'],
    ['shop.releases.1.2.3.src:app', undefined, 'src:app'],
    ['shop.versions.api:users', undefined, 'shop.versions.api:users'],
    ['var.www.shop.src:app', '/var/www/shop/src/app.js', 'src:app'],
    ['usr.src.app:server', '/usr/src/app/server.js', 'server'],
    ['app.models:user', '/srv/shop/app/models/user.js', 'app.models:user'],
    ['lodash:map', '/x/map.js', 'lodash:map'],
    ['run', '/app/run.js', 'run'],
  ])('GR21 %s at %s is %s', (module, path, expected) => {
    expect(counted(moduleComponent(module, path, 'node'))).toBe(expected);
  });
  it('GR21 cuts versions of Go modules and numbers of C# closures', () => {
    expect(counted(moduleComponent('github.com/x/y@v1.2.3/z', undefined, 'go'))).toBe('github.com/x/y/z');
    expect(counted(moduleComponent('Shop.Cart+<>c__DisplayClass4_0', undefined, 'csharp'))).toBe(
      'Shop.Cart+<>c__DisplayClass',
    );
  });
});

describe('files', () => {
  it.each([
    ['webpack:///./src/cart.vue?a1b2', 'cart.vue'],
    ['/srv/app.3f2a9c1b.js', 'app.js'],
    ['/srv/app-G62KKCAF.js', 'app.js'],
    ['/srv/main.3f2a9c1b.chunk.js', 'main.chunk.js'],
    ['/srv/user-settings.js', 'user-settings.js'],
    ['/srv/jquery-3.6.0.js', 'jquery-3.6.0.js'],
  ])('GR22 %s is %s', (path, expected) => {
    expect(counted(fileComponent(path, path, 'javascript'))).toBe(expected);
  });
  it.each([
    ['https://shop.test/cart.js', 'cart.js'],
    ['https://shop.test/cart.js?v=3', 'cart.js'],
    ['https://shop.test/app.3f2a9c1b.js', null],
    ['https://shop.test/bundle.js', null],
    ['https://shop.test/cart/17', null],
    ['https://shop.test/', null],
  ])('GR22 at an address %s is %s', (path, expected) => {
    expect(counted(fileComponent(path, path, 'javascript'))).toBe(expected);
  });
  it('GR22 leaves other platforms alone', () => {
    expect(counted(fileComponent('/srv/report-20240101.py', '/srv/report-20240101.py', 'python'))).toBe(
      'report-20240101.py',
    );
  });
});

describe('functions', () => {
  it.each([
    ['javascript', 'Module.findUser [as run]', 'findUser'],
    ['javascript', 'Zf [as ui.withScope]', 'Zf'],
    ['javascript', 'new Repo', 'Repo'],
    ['javascript', 'async Cart.load', 'load'],
    ['ruby', '_app_views_home_index_html_erb__1234567890123456789_42', '_app_views_home_index_html_erb'],
    ['ruby', '_app_views_home_index_html_erb___987654321_70123', '_app_views_home_index_html_erb'],
    ['php', 'App\\Cart::App\\{closure}', 'App\\Cart::{closure}'],
    ['php', 'App\\Cart::{closure:App\\Cart::checkout():12}', 'App\\Cart::{closure}'],
    ['go', 'Run.func1.2', 'Run.func'],
    ['go', 'Map[go.shape.int]', 'Map[...]'],
    ['csharp', '<Checkout>b__4_0', '<Checkout>b__'],
    ['rust', 'shop::cart::checkout::h0123456789abcdef', 'shop::cart::checkout'],
    ['cocoa', '__26-[Cart checkout:]_block_invoke_2', '__26-[Cart checkout:]_block_invoke'],
  ])('GR23 %s %s is %s', (platform, name, expected) => {
    expect(counted(functionComponent({ function: name, rawFunction: undefined, platform }))).toBe(expected);
  });
});

describe('text', () => {
  it.each([
    ['disk full  ', 'disk full'],
    ['one\ntwo\nthree', 'one\ntwo...'],
    ['object 507f1f77bcf86cd799439011 missing', 'object <hex> missing'],
    ['commit a1b2c3d failed', 'commit <hex> failed'],
    ['facade defaced', 'facade defaced'],
    ['d41d8cd98f00b204e9800998ecf8427e', '<md5>'],
    ['peer [::1]:8080 gone', 'peer <ip>:<int> gone'],
    ['cannot open /tmp/upload_ab12cd34/x.png', 'cannot open <tmp>'],
    ["open 'C:\\Users\\a\\AppData\\Local\\Temp\\x1.tmp'", "open '<tmp>'"],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnMQ', 'token <jwt>'],
    ['customer cus_NffrFeUfNV2Hib', 'customer cus_<id>'],
    ['key 01ARZ3NDEKTSV4RRFFQ69G5FAV', 'key <ulid>'],
    ['User 17 not found', 'User <int> not found'],
  ])('GR24 %j is %j', (text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });
  it('GR24 gives both Unicode forms one text', () => {
    expect(normalizeText('caf\u00e9')).toBe(normalizeText('cafe\u0301'));
  });
  it('GR24 takes linear time', () => {
    for (const text of ['a1'.repeat(4000), 'eyJ.'.repeat(2000), '/tmp/'.repeat(1600), 'a_1'.repeat(2700)]) {
      const start = performance.now();
      normalizeText(text);
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});

describe('exceptions', () => {
  it('GR25 tells thrown strings apart by their text', () => {
    const thrown = (value: string, platform = 'javascript') =>
      groupEvent(
        event({
          platform,
          exception: [
            {
              type: 'Error',
              value,
              mechanism: { synthetic: true },
              stacktrace: { frames: [{ function: 'catcher', module: 'sdk' }] },
            },
          ],
        }),
        { version: 'v2' },
      ).hashes;
    expect(thrown('no cart')).not.toEqual(thrown('no user'));
    expect(thrown('item 1')).toEqual(thrown('item 2'));
    expect(thrown('no cart', 'python')).toEqual(thrown('no user', 'python'));
  });
  it('GR26 leaves the wrapper of the browser SDK out', () => {
    const frames = [
      { function: 'HTMLElement.sentryWrapped', in_app: true },
      { function: 'pay', in_app: true },
    ];
    const hashes = (list: object[]) =>
      groupEvent(event({ platform: 'javascript', stacktrace: { frames: list } }), { version: 'v2' }).hashes;
    expect(hashes(frames)).toEqual(hashes(frames.slice(1)));
  });
});
