/**
 * GR24: a message as v1 takes it, with more kinds of identifiers replaced, in one Unicode form, and without `...` where
 * only white space was cut.
 */
import { MAX_INPUT, parameterize } from '../v1/parameterize.ts';

const LINES = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

interface Kind {
  /** Without a match of this the pattern cannot match. */
  readonly needs: RegExp;
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** Before v1's kinds: these would be torn apart by them. */
const BEFORE: readonly Kind[] = [
  {
    needs: /eyJ/,
    pattern: /\beyJ[\w-]{4,4096}\.[\w-]{2,4096}\.[\w-]{0,4096}/g,
    replacement: '<jwt>',
  },
  {
    // A path below a folder for temporary files: all of it, its parts are made up.
    needs: /\/(?:tmp|folders)\/|\\Temp\\/i,
    pattern:
      /(?:\/private)?\/(?:tmp|var\/tmp|var\/folders)\/[^\s'"`,;:)\]}]{1,1024}|[a-z]:\\[^\s'"]{0,200}\\Temp\\[^\s'"`,;:)\]}]{1,1024}/gi,
    replacement: '<tmp>',
  },
  // ULID, and prefixed keys like `cus_NffrFeUfNV2Hib`.
  { needs: /[0-7][0-9A-Z]{25}/, pattern: /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, replacement: '<ulid>' },
  {
    needs: /_[A-Za-z0-9]{14}/,
    pattern: /\b([a-z]{2,8}_(?:(?:test|live)_)?)(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{14,64}\b/g,
    replacement: '$1<id>',
  },
  // Ids without `0x`: at least one digit and one letter, so that neither numbers nor words are meant.
  {
    needs: /[0-9a-f]{7}/i,
    pattern:
      /(?<![\w-])(?=[0-9]{0,64}[a-f])(?=[a-f]{0,64}\d)(?!(?:[0-9a-f]{32}|[0-9a-f]{40})\b)[0-9a-f]{7,128}(?![\w-])/gi,
    replacement: '<hex>',
  },
];

/** After them: `[<ip>]:80` and `<ip>:80` are one kind of thing. */
const BRACKETED_IP = /\[<ip>\]/g;

export function normalizeText(text: string): string {
  const bounded = text.length > MAX_INPUT ? text.slice(0, MAX_INPUT) : text;
  const lines = bounded.split(LINES).filter((line) => line.trim() !== '');
  const kept = lines.slice(0, 2).map((line) => line.trim());
  let out = kept.join('\n').normalize('NFC');
  if (out === '') return '';
  for (const { needs, pattern, replacement } of BEFORE) {
    if (needs.test(out)) out = out.replace(pattern, replacement);
  }
  out = parameterize(out).replace(BRACKETED_IP, '<ip>');
  return lines.length > 2 || bounded !== text ? `${out}...` : out;
}
