/** A request as a curl command, read by the shell that it is for. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRequest } from '../src/event.ts';
import { curlArguments, curlCommand, shellWord } from '../web/src/events/curl-command.ts';

/** What a program called `curl` is given when bash runs the commands one after the other: all words, then `end`. */
function given(commands: readonly string[]): string[] {
  const script = `curl() { printf '%s\\0' "$@" end; }\n${commands.join('\n')}\n`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      "'; echo hit #",
      '$(echo hit)',
      '`echo hit`',
      '\\',
      "\\'",
      '\u001b[201~\necho hit\n',
      '!!',
      '-o/etc/x',
      '@/etc/passwd',
    ),
  )
  .map((one) => one.replaceAll('\0', '').toWellFormed());

describe('a request as curl', () => {
  it('WEB32 bash gives curl exactly what was meant, whatever the event holds', () => {
    const request = fc.record<EventRequest>(
      {
        url: text.map((path) => `https://example.com/${path}`),
        method: fc.oneof(fc.constantFrom('get', 'POST', 'DELETE'), text),
        query_string: text,
        headers: fc.array(fc.tuple(fc.oneof(fc.constantFrom('X-A', 'Cookie', '@file'), text), text), {
          maxLength: 4,
        }),
        cookies: fc.array(fc.tuple(text, fc.constant('[Filtered]')), { maxLength: 2 }),
        data: fc.oneof(
          text,
          fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as string),
        ),
      },
      { requiredKeys: ['url'] },
    );
    // Many at a time: a shell takes longer to start than to read them.
    fc.assert(
      fc.property(fc.array(request, { minLength: 10, maxLength: 40 }), (all) => {
        const commands = all.flatMap((one) => curlCommand(one) ?? []);
        const meant = all.flatMap((one) => curlArguments(one)?.concat('end') ?? []);
        expect(given(commands)).toEqual(meant);
        for (const command of commands) expect(command.replaceAll(' \\\n  ', ' ')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 20 },
    );
  });

  it('WEB32 no option, no file and no second header come from the event', () => {
    const words = curlArguments({
      url: 'https://example.com/a?b=1#c',
      method: '-K/etc/passwd',
      headers: [
        ['@/etc/passwd', 'x'],
        ['X-One', 'a\r\nX-Two: b'],
        ['Content-Length', '7'],
        ['Authorization', '[Filtered]'],
      ],
      data: '@/etc/passwd',
    });
    expect(words).toEqual([
      'https://example.com/a?b=1',
      '--request',
      'GET',
      '--header',
      'X-One: a X-Two: b',
      '--header',
      'Authorization: [Filtered]',
      '--data-raw',
      '@/etc/passwd',
      '--globoff',
    ]);
  });

  it('WEB32 an address that is none of the web has no command', () => {
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', '/relative', '-o/x', 'http://'])
      expect(curlCommand({ url }), url).toBeNull();
    expect(curlCommand({})).toBeNull();
  });

  it('WEB32 reads as one writes it', () => {
    expect(
      curlCommand({
        url: 'https://example.com/cart',
        method: 'PUT',
        query_string: 'a=1',
        data: { it: "is 'it'" },
      }),
    ).toBe(
      String.raw`curl 'https://example.com/cart?a=1' \
  --request PUT \
  --data-raw '{"it":"is '\''it'\''"}' \
  --globoff`,
    );
    expect(shellWord('a\u001b1')).toBe(String.raw`$'a\0331'`);
  });
});
