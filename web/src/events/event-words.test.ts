import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event, exception } from '../../../test/support/event.ts';
import type { SentryEvent } from '../../../src/event.ts';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { eventAsMarkdown, eventAsText } from './event-words.ts';

const LINK = 'https://errors.example.com/projects/shop/issues/7?event=c';

function detail(parts: Partial<SentryEvent>, title = 'PaymentError: no money'): EventDetail {
  return {
    id: 'c',
    issue_id: '7',
    project_id: '1',
    title,
    culprit: 'charge',
    level: 'error',
    environment: null,
    release: null,
    user: null,
    timestamp: '',
    received: '',
    first: null,
    previous: null,
    next: null,
    event: event(parts),
  };
}

const own = {
  function: 'charge',
  filename: 'pay.ts',
  lineno: 9,
  colno: 3,
  in_app: true,
  context_line: '  throw e;',
};
const chained = detail({
  release: 'shop@1',
  tags: [['region', 'eu']],
  exception: [
    exception([own], { type: 'BankError', value: 'closed' }),
    exception([own, { function: 'a', filename: 'lib.js' }, { function: 'b', filename: 'lib.js' }], {
      type: 'PaymentError',
      value: 'no money',
    }),
  ],
  breadcrumbs: [{ timestamp: 0, category: 'cart', message: 'added\n7', level: 'warning' }],
});

describe('an event in words', () => {
  it('WEB31 as text: what, where, why, and what happened before', () => {
    expect(eventAsText(chained, LINK)).toBe(`PaymentError: no money
Culprit: charge
Level: error
When: 2023-11-14T22:13:20.000Z
Release: shop@1
Platform: other
Tags: region=eu
Event: cccccccccccccccccccccccccccccccc
${LINK}

Exception
PaymentError: no money
    at b (lib.js)
    … 1 more of libraries
    at charge (pay.ts:9:3)
       > throw e;
Caused by: BankError: closed
    at charge (pay.ts:9:3)
       > throw e;

Breadcrumbs
00:00:00.000  cart  [warning]  added 7
`);
  });

  it('WEB31 as Markdown the same, all of the event in code', () => {
    const text = eventAsMarkdown(chained, LINK);
    expect(text).toContain('### `PaymentError: no money`\n\n- Culprit: `charge`\n');
    expect(text).toContain(`- <${LINK}>\n\n**Exception**\n\n\`\`\`text\nPaymentError: no money\n`);
  });

  it('WEB31 nothing of the event gets out of its code, however many backticks it has', () => {
    const hostile = fc
      .array(fc.constantFrom('`', '```', '\n', '<img src=x>', '[a](b)', '@all', ' ', 'x'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        const outside = withoutCode(
          eventAsMarkdown(detail({ message: text, transaction: text, release: text }, text), LINK),
        );
        expect(outside).not.toMatch(/<img|\[a\]|@all/);
        expect(outside).toContain('**Message**');
      }),
    );
  });
});

/** Code taken out as CommonMark reads it: fences first, then runs of as many backticks. */
function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, '')
    .replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '');
}
