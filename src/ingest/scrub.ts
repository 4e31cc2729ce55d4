/**
 * Secrets out of what is stored and streamed: values under telling keys, and card numbers, bearer tokens,
 * `password=…` and URL credentials inside text. In: a key or a text. Out: whether, or the text without.
 */
export const FILTERED = '[Filtered]';

/** `tokens` (as in max_tokens, tokens_used) is a count, not a secret. */
const SENSITIVE_KEY =
  /pass(?:word|wd|phrase|code)|^pwd$|_pwd$|secret|api[-_]?key|authorization|^auth$|x-auth|credential|token(?!s|iz)|(?:access|auth|api|refresh|session)[-_]?tokens|cookie|private[-_]?key|card[-_]?(?:number|no|nr)(?![a-z])|credit[-_]?card|access[-_]?key(?![a-z])|^cvv$|^cvc$|^ssn$|^bearer$|^jwt$|csrf|xsrf|sess(?:ion)?[-_]?id|(?:^|\.)sid$/i;

/** Keys repeat endlessly; the map is emptied at 4,096 keys of at most 64 characters. */
const known = new Map<string, boolean>();

export function isSensitiveKey(key: string): boolean {
  if (key.length > 64) return SENSITIVE_KEY.test(key.slice(0, 256));
  const seen = known.get(key);
  if (seen !== undefined) return seen;
  const sensitive = SENSITIVE_KEY.test(key);
  if (known.size >= 4096) known.clear();
  known.set(key, sensitive);
  return sensitive;
}

// All bounded: each start is tried over at most ~40 characters, so hostile text costs linear time.
const CARD = /(?<![\w.])[2-6](?:[ -]?\d){12,18}(?!\w)/g;
const PAIR =
  /((?:password|passwd|secret(?:_?(?:access_?)?key)?|api_?key|access_token|auth_token|token|credentials)["']?=(?!=)["']?)([^&\s;,"'<>]{1,4096})/gi;
/** As programs write it; without the quotes it is SQL with its placeholders. */
const ASSIGNED =
  /((?:password|passwd|secret(?:_?(?:access_?)?key)?|api_?key|token)\s{0,2}=\s{0,2}["'])([^"'\r\n]{1,4096})/gi;
/** Of addresses in text: their keys are judged like those of data. */
const QUERY_PAIR = /([?&])([\w.-]{1,64})=([^&\s"'<>#]{1,4096})/g;
/** `"password":"…"` in text, also with the quotes escaped; bare `token: x` is prose ("Unexpected token: x"). */
const QUOTED_PAIR =
  /((?:password|passwd|secret|api_?key|token|credentials|authorization|cookie)\\?["']\s?:\s?\\?["'])([^"'\\]{1,4096})/gi;
const URL_CREDENTIALS = /(:\/\/[^/\s:@]{0,64}:)([^/\s:@]{1,256})@/g;
const COOKIE_HEADER = /\b((?:set-)?cookie:\s?)[\w.$-]{1,128}=[^\r\n]{1,4096}/gi;
const KEY_HEADER = /\b(x-api-key:\s?)[^\s,;]{1,4096}/gi;
/** To its end, or to where the next block begins: linear on hostile text. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----)){0,8192}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g;
const BEARER = /\b(bearer|basic) +[A-Za-z0-9._~+/=-]{8,4096}/gi;

export function scrubText(text: string): string {
  // A shorter text holds no card number, and nothing that the other patterns need.
  if (text.length < 8) return text;
  let clean = text;
  if (text.length >= 13 && clean.search(CARD) >= 0)
    clean = clean.replace(CARD, (match) => (isCardNumber(match) ? FILTERED : match));
  if (clean.includes('PRIVATE KEY-----')) clean = clean.replace(PRIVATE_KEY, FILTERED);
  if (clean.includes('=')) clean = scrubPairs(clean);
  if (clean.includes('ey:') || clean.includes('EY:')) clean = clean.replace(KEY_HEADER, `$1${FILTERED}`);
  if (clean.includes('":') || clean.includes("':")) clean = clean.replace(QUOTED_PAIR, `$1${FILTERED}`);
  if (clean.includes('://')) clean = clean.replace(URL_CREDENTIALS, `$1${FILTERED}@`);
  if (
    clean.includes('earer ') ||
    clean.includes('asic ') ||
    clean.includes('EARER ') ||
    clean.includes('ASIC ')
  )
    clean = clean.replace(BEARER, `$1 ${FILTERED}`);
  return clean;
}

function scrubPairs(text: string): string {
  let clean = text.replace(PAIR, `$1${FILTERED}`);
  if (clean.includes('"') || clean.includes("'")) clean = clean.replace(ASSIGNED, `$1${FILTERED}`);
  if (clean.includes('?') || clean.includes('&'))
    clean = clean.replace(QUERY_PAIR, (pair, mark: string, key: string) =>
      isSensitiveKey(key) ? `${mark}${key}=${FILTERED}` : pair,
    );
  if (clean.includes('ookie:') || clean.includes('OOKIE:'))
    clean = clean.replace(COOKIE_HEADER, `$1${FILTERED}`);
  return clean;
}

function isCardNumber(match: string): boolean {
  const digits = match.replace(/[ -]/g, '');
  return hasCardPrefix(digits) && passesLuhn(digits);
}

/** Visa, Mastercard, Amex, Diners, Discover: a random 16-digit id passes Luhn one time in ten, prefixes cut that. */
function hasCardPrefix(digits: string): boolean {
  const length = digits.length;
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19;
  const two = Number(digits.slice(0, 2));
  if (length === 16) return (two >= 51 && two <= 55) || (two >= 22 && two <= 27) || two === 60 || two >= 64;
  if (length === 15) return two === 34 || two === 37;
  return length === 14 && (two === 30 || two === 36 || two === 38);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i--) {
    let digit = digits.charCodeAt(i) - 48;
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    double = !double;
  }
  return sum % 10 === 0;
}

/** `a=1&token=x` with the values of telling keys replaced; other text is left alone. */
export function scrubQuery(query: string): string {
  if (!query.includes('=')) return query;
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at > 0 && isSensitiveKey(pair.slice(0, at)) ? `${pair.slice(0, at)}=${FILTERED}` : pair;
    })
    .join('&');
}
