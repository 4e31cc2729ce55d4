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
  'credit_card',
  'PHPSESSID',
  'connect.sid',
  'aws_access_key',
  'bearer',
  'jwt',
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
  'session',
  'inside',
  'sideline',
  'accesskeyboard',
])('IN44 leaves %s alone', (key) => expect(isSensitiveKey(key)).toBe(false));

it.each([
  ['Unexpected token: foo in JSON', 'Unexpected token: foo in JSON'],
  ['bad body {"password":"a b"}', 'bad body {"password":"[Filtered]"}'],
  ['postgres://app:hunter2@db/x', 'postgres://app:[Filtered]@db/x'],
  ['sent Bearer abcdefgh123', 'sent Bearer [Filtered]'],
  ['card 4111-1111-1111-1111.', 'card [Filtered].'],
  ['sent BASIC abcdefgh123', 'sent BASIC [Filtered]'],
  ['AWS_SECRET_ACCESS_KEY=abc x', 'AWS_SECRET_ACCESS_KEY=[Filtered] x'],
  ['set SECRET_KEY=abc', 'set SECRET_KEY=[Filtered]'],
  ["password = 'a b'", "password = '[Filtered]'"],
  ['update users set password = $1', 'update users set password = $1'],
  ['if token == null', 'if token == null'],
  ['tokens_used=7 secretary=Ada', 'tokens_used=7 secretary=Ada'],
  ['GET /?session_id=abc&x=1 200', 'GET /?session_id=[Filtered]&x=1 200'],
  ['at https://h/cb?a=1&auth=abc#top', 'at https://h/cb?a=1&auth=[Filtered]#top'],
  ['why? a=b & c=d', 'why? a=b & c=d'],
  ['Cookie: sid=abc; theme=dark\nHost: h', 'Cookie: [Filtered]\nHost: h'],
  ['Set-Cookie: sid=abc; Path=/', 'Set-Cookie: [Filtered]'],
  ['Invalid cookie: domain', 'Invalid cookie: domain'],
  ['X-Api-Key: abc', 'X-Api-Key: [Filtered]'],
  [
    'key -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY----- end',
    'key [Filtered] end',
  ],
  ['-----BEGIN PRIVATE KEY-----\nMIIE', '[Filtered]'],
  ['-----BEGIN PUBLIC KEY-----\nMIIE', '-----BEGIN PUBLIC KEY-----\nMIIE'],
  ['id 4111111111111112 at 1795510805000', 'id 4111111111111112 at 1795510805000'],
])('IN44 scrubs %j', (text, expected) => {
  expect(scrubText(text)).toBe(expected);
  expect(scrubText(expected)).toBe(expected);
});
