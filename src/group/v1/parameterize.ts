/**
 * GR10: replaces what differs from event to event in a message by its kind: `User 17 not found` → `User <int> not found`.
 * The order is fixed: what is found first keeps its text away from the later kinds.
 */

/** Regular expressions never see more. All are linear: no nested or adjacent unbounded repeats. */
export const MAX_INPUT = 8192;

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CLOCK = '[0-2]?\\d:[0-5]\\d:[0-5]\\d';

const DATES = [
  // RFC 822, 1123, 850 and Unix dates.
  `\\b${DAY}[a-z]{0,6},? \\d{1,2}[ -]${MONTH}[ -]\\d{2,4} ${CLOCK}(?: (?:[A-Z]{3,5}|[+-]\\d{4}))?`,
  `\\b${DAY} ${MONTH} [ \\d]\\d ${CLOCK}(?: [A-Z]{3,5})? \\d{4}\\b`,
  `\\b${DAY} ${MONTH} \\d{1,2} \\d{4} ${CLOCK}(?: GMT[+-]\\d{4})?`,
  // ISO 8601 and its relatives.
  `\\b\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])[T ]${CLOCK}(?:[.,]\\d{1,9})?(?:Z|[ ]?[+-]\\d{2}:?\\d{2})?`,
  `\\b\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])\\b`,
  // A date in words, a time of day, a Python repr.
  `\\b\\d{1,2} ${MONTH} \\d{4}\\b`,
  `\\b${MONTH} \\d{1,2}, \\d{4}\\b`,
  `\\b${CLOCK}(?:\\.\\d{1,9})?\\b`,
  `\\b\\d{1,2}:\\d{2}[AP]M\\b`,
  'datetime\\.datetime\\([^()]{0,200}(?:\\([^()]{0,100}\\))?[^()]{0,100}\\)',
].join('|');

const H16 = '[0-9a-fA-F]{1,4}';
const IPV4 = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}';
const IPV6 = [
  `(?:${H16}:){7}${H16}`,
  `(?:${H16}:){1,7}:`,
  ...[6, 5, 4, 3, 2, 1].map((before) => `(?:${H16}:){1,${before}}(?::${H16}){1,${7 - before}}`),
  `:(?:(?::${H16}){1,7}|:)`,
  `::(?:ffff(?::0{1,4})?:)?${IPV4}`,
].join('|');

/** The hundred or so top-level domains with the most names: `shop.test` and `cart.js` are not host names, `a.b.com` is. */
const TLDS = [
  'com|net|org|edu|gov|mil|int|info|biz|name|pro|mobi|jobs|news|link|site|club|online|wiki|tips|app|dev|cloud|shop|tech',
  'xyz|xxx|cat|io|co|me|tv|cc|to|ly|fm|ai|us|ca|mx|br|ar|cl|pe|uk|ie|fr|de|nl|be|lu|ch|at|it|es|pt|pl|cz|sk|hu|ro|bg',
  'gr|hr|si|rs|al|ee|lv|lt|fi|se|no|dk|is|eu|ru|ua|by|kz|tr|il|ir|ae|sa|in|id|my|sg|th|vn|ph|cn|hk|tw|jp|kr|au|nz|za',
  'ng|ug|ga|cf|gq|tk|ms|la',
].join('|');

interface Kind {
  readonly name: string;
  readonly pattern: string;
  /** Without one of these characters the pattern cannot match. */
  readonly needs: RegExp;
}

const KINDS: readonly Kind[] = [
  { name: 'email', needs: /@/, pattern: `[a-zA-Z0-9_.+-]{1,64}@[a-zA-Z0-9-]{1,63}\\.[a-zA-Z0-9.-]{1,190}` },
  { name: 'url', needs: /:\/\//, pattern: `\\b(?:wss?|https?|ftp)://[^\\s/$.?#][^\\s]*` },
  { name: 'hostname', needs: /\./, pattern: `\\b(?:[a-zA-Z0-9-]{1,63}\\.){1,8}(?:${TLDS})\\b` },
  { name: 'ip', needs: /:|\./, pattern: `(?<![0-9a-fA-F:.])(?:${IPV6})(?![0-9a-fA-F:])|\\b${IPV4}\\b` },
  {
    name: 'uuid',
    needs: /-/,
    pattern: `\\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\b`,
  },
  { name: 'sha1', needs: /[0-9a-f]{40}/i, pattern: `\\b[0-9a-fA-F]{40}\\b` },
  { name: 'md5', needs: /[0-9a-f]{32}/i, pattern: `\\b[0-9a-fA-F]{32}\\b` },
  { name: 'date', needs: /\d/, pattern: DATES },
  { name: 'duration', needs: /\ds|\dms/, pattern: `\\b(?:\\d{1,32}ms|\\d{1,32}(?:\\.\\d{1,32})?s)\\b` },
  { name: 'hex', needs: /0x/i, pattern: `\\b0[xX][0-9a-fA-F]+\\b` },
  { name: 'float', needs: /\d\.\d/, pattern: `-\\d{1,32}\\.\\d{1,32}\\b|\\b\\d{1,32}\\.\\d{1,32}\\b` },
  { name: 'int', needs: /\d/, pattern: `-\\d+\\b|\\b\\d+\\b` },
  { name: 'quoted_str', needs: /=['"]/, pattern: `(?<==)(?:'[^']*'|"[^"]*")` },
  { name: 'bool', needs: /=[TtFf]/, pattern: `(?<==)(?:True|true|False|false)\\b` },
];

const PREPARED = KINDS.map(({ name, pattern, needs }) => ({
  needs,
  pattern: new RegExp(pattern, 'g'),
  replacement: `<${name}>`,
}));

export function parameterize(text: string): string {
  let out = text.length > MAX_INPUT ? text.slice(0, MAX_INPUT) : text;
  for (const { needs, pattern, replacement } of PREPARED) {
    if (needs.test(out)) out = out.replace(pattern, replacement);
  }
  return out;
}
