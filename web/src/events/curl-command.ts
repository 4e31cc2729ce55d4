/**
 * The request of an event as a curl command for bash and zsh. Event data is anybody's: nothing of it may become a second
 * command, an option, a file that curl reads, or a second header. What was scrubbed stays scrubbed.
 */
import type { EventRequest, Json } from '../../../src/event.ts';

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** curl sets these itself, for what it really sends. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'host',
]);

/** null: the event has no address that curl could ask. */
export function curlCommand(request: EventRequest): string | null {
  const words = curlArguments(request);
  if (words === null) return null;
  // An option and its value on one line.
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && /^-[A-Za-z-]+$/.test(last))
      lines[lines.length - 1] = `${last} ${shellWord(word)}`;
    else lines.push(shellWord(word));
  }
  return `curl ${lines.join(' \\\n  ')}`;
}

/** What curl is given; null without an http(s) address. */
export function curlArguments(request: EventRequest): string[] | null {
  const url = addressOf(request);
  if (url === null) return null;
  const { method, headers = [], cookies = [] } = request;
  const body = bodyOf(request.data);
  const sent =
    method !== undefined && TOKEN.test(method) && !method.startsWith('-') ? method.toUpperCase() : 'GET';
  const words = [url];
  if (sent !== (body === null ? 'GET' : 'POST')) words.push('--request', sent);
  for (const [name, value] of headers) {
    // A name with `@` would be a file to read headers from.
    if (!TOKEN.test(name) || OF_THE_CONNECTION.has(name.toLowerCase())) continue;
    const line = value.replaceAll(/[\r\n\0]+/g, ' ').trim();
    words.push('--header', line === '' ? `${name};` : `${name}: ${line}`);
  }
  if (cookies.length > 0 && headers.every(([name]) => name.toLowerCase() !== 'cookie')) {
    const pairs = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
    words.push('--header', `Cookie: ${pairs.replaceAll(/[\r\n\0]+/g, ' ')}`);
  }
  // `--data` would read a file named after `@`.
  if (body !== null) words.push('--data-raw', body);
  // `[1-9]` and `{a,b}` in an address are not many addresses.
  words.push('--globoff');
  return words;
}

function addressOf({ url, query_string: query, fragment: _fragment }: EventRequest): string | null {
  if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  const bare = url.split('#', 1)[0] ?? '';
  return query === undefined || query === '' || bare.includes('?')
    ? bare
    : `${bare}?${query.replace(/^\?/, '')}`;
}

function bodyOf(data: Json | undefined): string | null {
  if (data === undefined || data === null || data === '') return null;
  return typeof data === 'string' ? data : JSON.stringify(data);
}

/**
 * One word for the shell. Control characters are written as escapes: pasted as they are, they would speak to the terminal
 * (the end of a bracketed paste, for one), not to the shell.
 */
export function shellWord(text: string): string {
  if (/^[\w%+,./:=@-]+$/.test(text)) return text;
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  let word = '';
  for (const char of text) word += escaped(char);
  return `$'${word}'`;
}

const ENCODER = new TextEncoder();

function escaped(char: string): string {
  if (char === '\n') return String.raw`\n`;
  if (char === '\t') return String.raw`\t`;
  if (char === "'" || char === '\\') return `\\${char}`;
  if (!/\p{Cc}/u.test(char)) return char;
  // Three octal digits: a hex digit that follows cannot join them.
  return [...ENCODER.encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
