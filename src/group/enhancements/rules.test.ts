import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedText, event } from '../../../test/support/event.ts';
import type { Frame } from '../../event.ts';
import { groupEvent } from '../group-event.ts';
import { BUILTIN_SOURCES } from '../v1/builtin.ts';
import type { Component } from '../v1/component.ts';
import { compileGlob } from './glob.ts';
import { parseRules } from './parse.ts';

/** The functions that count in a variant, for frames `a b c …` from the thread's base to the crash. */
function counted(rules: string, frames: readonly Frame[], variant: 'app' | 'system' = 'system'): string {
  const grouping = groupEvent(event({ platform: 'x', stacktrace: { frames: [...frames] } }), {
    version: 'v1',
    enhancements: rules,
  });
  const tree = grouping.variants.find((one) => one.name === variant)?.component ?? null;
  return tree ? contributingFrames(tree).join(' ') : '';
}

function contributingFrames(component: Component): string[] {
  return component.values.flatMap((value) => {
    if (typeof value === 'string') return [];
    if (value.id !== 'frame') return contributingFrames(value);
    const name = value.values.find((part) => typeof part !== 'string' && part.id === 'function');
    return value.contributes && name && typeof name !== 'string' ? [countedText(name) ?? ''] : [];
  });
}

const frames = (names: string, parts: Frame = {}): Frame[] =>
  names.split(' ').map((name) => ({ function: name, module: `m.${name}`, in_app: true, ...parts }));

describe('globs', () => {
  it.each([
    ['a*c', 'abbc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*', '', true],
    ['[[]x', '[x', true],
    ['[!a]x', 'bx', true],
    ['[!a]x', 'ax', false],
    ['[0-9][0-9]', '42', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
  ])('GR9 %s against %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });
  it.each([
    ['/a/*/c', '/a/b/c', true],
    ['/a/*/c', '/a/b/b/c', false],
    ['/a/**/c', '/a/b/b/c', true],
    ['**/x/*.js', '/a/x/b/x/c.js', true],
    ['**/x/*.js', '/a/x/b/c.js', false],
  ])('GR9 path %s against %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern, { path: true })(text)).toBe(expected);
  });
  it('GR9 agrees with a regular expression', () => {
    const pattern = fc.stringMatching(/^[ab*?/]{0,8}$/);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab/]{0,10}$/), (glob, text) => {
        const source = glob.replace(/\*+|\?/g, (run) =>
          run === '?' ? '[^/]' : run.length > 1 ? '[^]*' : '[^/]*',
        );
        expect(compileGlob(glob, { path: true })(text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });
  it('GR14 takes pattern × text steps at most', () => {
    const glob = compileGlob(`${'*a'.repeat(30)}b`);
    const started = performance.now();
    expect(glob('a'.repeat(8192))).toBe(false);
    expect(performance.now() - started).toBeLessThan(250);
  });
});

describe('rule language', () => {
  it('GR9 reads every built-in rule', () => {
    for (const { text } of BUILTIN_SOURCES) expect(parseRules(text).problems).toEqual([]);
  });
  it.each([
    ['function:a', 11, 'no action'],
    ['+app', 1, 'no matcher'],
    ['  colour:red +app', 3, 'unknown matcher "colour:red"'],
    ['function:a +paint', 12, 'unknown action "+paint"'],
    ['function:a max-frames=x', 12, '"max-frames=x" needs a whole number'],
    ['[ function:a | function:b +app', 1, 'a caller is written [ matchers ] |'],
    ['function:a | [ hue:x ] +app', 16, 'unknown matcher "hue:x"'],
    ['function:"a +app', 10, 'unexpected "'],
  ])('GR9 reports %s at its column and goes on', (line, column, message) => {
    const parsed = parseRules(`# a comment\n${line}\nfunction:b -app`);
    expect(parsed.problems).toEqual([{ line: 2, column, message }]);
    expect(parsed.rules).toHaveLength(1);
  });
  it('GR9 never throws', () => {
    const line = fc.stringMatching(/^[a-z:*"[\]|+^!= -]{0,60}$/);
    fc.assert(
      fc.property(line, (text) => {
        expect(parseRules(text).rules.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('actions', () => {
  it.each([
    ['function:b -group', 'a c d'],
    ['function:b ^-group', 'a b'],
    ['function:b v-group', 'b c d'],
    ['function:b -group ^-group', 'a'],
    ['module:m.* -group\nfunction:c +group', 'c'],
    ['!function:c -group', 'c'],
    ['[ function:a ] | function:b -group', 'a c d'],
    ['[ function:c ] | function:b -group', 'a b c d'],
    ['function:b | [ function:c ] -group', 'a c d'],
    ['[ function:a ] | function:b | [ function:d ] -group', 'a b c d'],
    ['module:m.* max-frames=2', 'c d'],
    ['module:m.* max-frames=0', 'a b c d'],
    ['module:m.* min-frames=4', 'a b c d'],
    ['module:m.* min-frames=5', 'a b c d'],
    ['function:b category=x\ncategory:x -group', 'a c d'],
    ['app:no -group', 'a b c d'],
    ['function:b -app\napp:no -group', 'a c d'],
    ['family:native -group', 'a b c d'],
    ['family:other,native function:"a" -group', 'b c d'],
  ])('GR9 %s', (rules, expected) => {
    expect(counted(rules, frames('a b c d'))).toBe(expected);
  });
  it('GR9 discards a stack with fewer frames than asked for', () => {
    const grouping = groupEvent(event({ stacktrace: { frames: frames('a b') } }), {
      version: 'v1',
      enhancements: 'module:m.* min-frames=3',
    });
    expect(grouping.variants.map((one) => one.hash)).toEqual([
      'd41d8cd98f00b204e9800998ecf8427e',
      null,
      null,
    ]);
  });
  it('GR9 decides what is in-app, and later rules see it', () => {
    const grouping = groupEvent(event({ stacktrace: { frames: frames('a b c') } }), {
      version: 'v1',
      enhancements: 'function:b ^-app\nfunction:c +app\nfunction:a -app',
    });
    expect(grouping.inApp.stacktrace).toEqual([false, true, true]);
  });
  it('GR9 matches the exception', () => {
    const input = event({ exception: [{ type: 'E', value: 'down', stacktrace: { frames: frames('a b') } }] });
    const hashes = (enhancements: string): readonly string[] =>
      groupEvent(input, { version: 'v1', enhancements }).hashes;
    expect(hashes('type:E value:*own function:a -group')).toEqual(hashes('function:a -group'));
    expect(hashes('type:F function:a -group')).toEqual(hashes(''));
  });
});

const inApp = (platform: string, frame: Frame): boolean | undefined =>
  groupEvent(event({ platform, stacktrace: { frames: [{ in_app: true, ...frame }] } }), { version: 'v1' })
    .inApp.stacktrace[0];

describe('built-in rules', () => {
  it.each<[string, Frame, boolean]>([
    ['python', { abs_path: '/srv/venv/lib/python3.12/site-packages/django/a.py' }, false],
    ['python', { abs_path: '/usr/lib/python3.12/threading.py' }, false],
    ['python', { abs_path: '/srv/app/cart.py', module: 'play.cart' }, true],
    ['node', { abs_path: '/srv/app/node_modules/express/a.js' }, false],
    ['node', { filename: 'node:internal/modules/cjs/loader' }, false],
    ['node', { abs_path: '/srv/app/internal/cart.js' }, true],
    ['javascript', { abs_path: 'https://unpkg.com/react/x.js' }, false],
    ['javascript', { abs_path: 'https://shop.test/app.js' }, true],
    ['java', { module: 'java.util.HashMap' }, false],
    ['java', { module: 'org.springframework.web.X' }, false],
    ['java', { module: 'javax2.Cart' }, true],
    ['php', { abs_path: '/srv/app/vendor/monolog/a.php' }, false],
    ['ruby', { abs_path: '/usr/local/bundle/gems/rails-7/a.rb' }, false],
    ['csharp', { module: 'System.Linq.Enumerable' }, false],
    ['native', { package: '/usr/lib/libc.so' }, false],
    ['native', { package: 'C:\\Windows\\System32\\ntdll.dll' }, false],
    ['native', { package: '/srv/app/cart' }, true],
    ['native', { function: 'std::vector<T>::at' }, false],
  ])('GR9 %s %j in-app: %s', (platform, frame, expected) => {
    expect(inApp(platform, frame)).toBe(expected);
  });
});
