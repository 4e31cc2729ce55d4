import { expect, it } from 'vitest';
import { isSensitiveKey, scrubText } from './scrub.ts';

it.each([
  'password',
  'DB_PASSWD',
  'apiKey',
  'x-api-key',
  'Authorization',
  'set-cookie',
  'csrf_token',
  'accessToken',
  'auth_tokens',
  'clientSecret',
  'cardNumber',
  'card_no',
  'pwd',
])('IN44 knows %s as telling', (key) => expect(isSensitiveKey(key)).toBe(true));

it.each([
  'author',
  'max_tokens',
  'tokenizer',
  'passenger',
  'discard_node',
  'key',
  'keyboard',
  'compass',
  'trace_id',
])('IN44 leaves %s alone', (key) => expect(isSensitiveKey(key)).toBe(false));

it.each([
  ['Unexpected token: foo in JSON', 'Unexpected token: foo in JSON'],
  ['bad body {"password":"a b"}', 'bad body {"password":"[Filtered]"}'],
  ['postgres://app:hunter2@db/x', 'postgres://app:[Filtered]@db/x'],
  ['sent Bearer abcdefgh123', 'sent Bearer [Filtered]'],
  ['card 4111-1111-1111-1111.', 'card [Filtered].'],
  ['id 4111111111111112 at 1795510805000', 'id 4111111111111112 at 1795510805000'],
])('IN44 scrubs %j', (text, expected) => {
  expect(scrubText(text)).toBe(expected);
  expect(scrubText(expected)).toBe(expected);
});
