/**
 * Envelope framing, incrementally: bytes in any split → header and items, or the one framing error that makes
 * the whole envelope 400. Holds no more than the limits allow: payloads beyond theirs are counted, not kept.
 */
import { LIMITS } from './limits.ts';

export interface EnvelopeItem {
  type: string;
  header: { readonly [key: string]: unknown };
  /** null: longer than this type may be, or a type whose payload is not kept. */
  payload: Uint8Array | null;
  size: number;
  /** Set when the bytes went to the spool. */
  spooled?: number;
}

/** Takes the bytes of attachments while they arrive. */
export interface PayloadSpool {
  /** A new payload; its number. */
  begin(): number;
  write(bytes: Uint8Array): void;
  end(): void;
}

export interface Envelope {
  header: { readonly [key: string]: unknown };
  items: EnvelopeItem[];
}

export type ParseResult =
  | { kind: 'envelope'; envelope: Envelope }
  | { kind: 'malformed'; cause: string }
  | { kind: 'too_large'; cause: string };

type Failure = Exclude<ParseResult, { kind: 'envelope' }>;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

type State = 'header' | 'item_header' | 'sized' | 'after_sized' | 'unsized';

export class EnvelopeParser {
  readonly #maxKept: (type: string) => number;
  readonly #spool: PayloadSpool | null;
  #spooled: number | null = null;
  readonly #items: EnvelopeItem[] = [];
  #header: { readonly [key: string]: unknown } | null = null;
  #state: State = 'header';
  #failure: Failure | null = null;
  /** Bytes of the current line or payload that are kept, and how many there were in all. */
  #parts: Uint8Array[] = [];
  #kept = 0;
  #size = 0;
  #keptInAll = 0;
  #skipped = 0;
  #expected = 0;
  #current: { readonly [key: string]: unknown } = {};
  #sawCarriageReturn = false;
  #holdsChunk = false;

  /** `maxKept(type)`: how many bytes of a payload of that type are worth keeping; 0 = none. */
  constructor(maxKept: (type: string) => number, spool: PayloadSpool | null = null) {
    this.#maxKept = maxKept;
    this.#spool = spool;
  }

  /** The envelope's header as soon as its line is complete. */
  get header(): { readonly [key: string]: unknown } | null {
    return this.#header;
  }

  /** Takes the next bytes; false once the envelope has failed, so that the rest need not be produced. */
  push(chunk: Uint8Array): boolean {
    let at = 0;
    this.#holdsChunk = false;
    while (at < chunk.length && this.#failure === null) {
      switch (this.#state) {
        case 'header':
        case 'item_header':
          at = this.#readLine(chunk, at);
          break;
        case 'sized':
          at = this.#readSized(chunk, at);
          break;
        case 'after_sized':
          at = this.#readTerminator(chunk, at);
          break;
        case 'unsized':
          at = this.#readUnsized(chunk, at);
          break;
      }
    }
    return this.#failure === null;
  }

  /** Whether something refers to the bytes of the last chunk: false for what was skipped as a whole. */
  get holdsChunk(): boolean {
    return this.#holdsChunk;
  }

  end(): ParseResult {
    if (this.#failure === null) this.#finish();
    if (this.#failure !== null) return this.#failure;
    if (this.#header === null) return { kind: 'malformed', cause: 'the body is empty' };
    return { kind: 'envelope', envelope: { header: this.#header, items: this.#items } };
  }

  #finish(): void {
    const inLine = this.#state === 'header' || this.#state === 'item_header';
    if (inLine && this.#size > 0) this.#endLine();
    if (this.#failure === null) this.#endPayload();
  }

  /** The body has ended: a payload without length ends with it, one with a length must have had all its bytes. */
  #endPayload(): void {
    if (this.#state === 'unsized') this.#endItem();
    else if (this.#state === 'sized') this.#fail('the body ends inside an item');
  }

  #readLine(chunk: Uint8Array, at: number): number {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline;
    this.#keep(chunk.subarray(at, end), LIMITS.headerLineBytes);
    if (this.#size > LIMITS.headerLineBytes) {
      this.#failure = { kind: 'too_large', cause: 'a header line is longer than 8 KiB' };
      return chunk.length;
    }
    if (newline < 0) return chunk.length;
    this.#endLine();
    return newline + 1;
  }

  #endLine(): void {
    const line = this.#take();
    if (this.#state === 'header') {
      const header = parseObject(line, true);
      if (header === null) return this.#fail('the envelope header is not a JSON object');
      this.#header = header;
      this.#state = 'item_header';
      return;
    }
    if (isBlank(line)) return;
    const header = parseObject(line, false);
    if (header === null) return this.#fail('an item header is not a JSON object');
    if (this.#items.length >= LIMITS.items) {
      this.#failure = { kind: 'too_large', cause: 'more than 1,000 items' };
      return;
    }
    this.#current = header;
    if (this.#spool !== null && header['type'] === 'attachment') this.#spooled = this.#spool.begin();
    const length = header['length'];
    if (length === undefined || length === null) {
      this.#state = 'unsized';
      return;
    }
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      return this.#fail('an item length is not a whole number');
    if (length > LIMITS.decodedBytes) {
      this.#failure = { kind: 'too_large', cause: 'an item is longer than any body may be' };
      return;
    }
    this.#expected = length;
    this.#state = 'sized';
    if (length === 0) this.#endSized();
  }

  #readSized(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#expected - this.#size);
    this.#takeIn(chunk.subarray(at, end));
    if (this.#size === this.#expected) this.#endSized();
    return end;
  }

  #endSized(): void {
    this.#endItem();
    this.#sawCarriageReturn = false;
    this.#state = 'after_sized';
  }

  #readTerminator(chunk: Uint8Array, at: number): number {
    const byte = chunk[at];
    if (byte === NEWLINE) {
      this.#state = 'item_header';
      return at + 1;
    }
    if (byte === CARRIAGE_RETURN && !this.#sawCarriageReturn) {
      this.#sawCarriageReturn = true;
      return at + 1;
    }
    this.#fail('no newline after an item of the given length');
    return chunk.length;
  }

  #readUnsized(chunk: Uint8Array, at: number): number {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline;
    this.#takeIn(chunk.subarray(at, end));
    if (newline < 0) return chunk.length;
    this.#endItem();
    return newline + 1;
  }

  #takeIn(bytes: Uint8Array): void {
    if (this.#spooled === null) return this.#keep(bytes, this.#maxKept(this.#type()));
    this.#size += bytes.length;
    if (bytes.length === 0) return;
    this.#holdsChunk = true;
    this.#spool?.write(bytes);
  }

  #endItem(): void {
    const size = this.#size;
    if (this.#spooled !== null) {
      this.#spool?.end();
      this.#items.push({
        type: this.#type(),
        header: this.#current,
        payload: null,
        size,
        spooled: this.#spooled,
      });
      this.#spooled = null;
      this.#size = 0;
      this.#state = 'item_header';
      return;
    }
    const complete = this.#kept === size;
    const payload = this.#take();
    this.#items.push({
      type: this.#type(),
      header: this.#current,
      payload: complete && size <= this.#maxKept(this.#type()) ? payload : null,
      size,
    });
    this.#state = 'item_header';
  }

  #type(): string {
    const type = this.#current['type'];
    return typeof type === 'string' ? type : '';
  }

  #keep(bytes: Uint8Array, max: number): void {
    this.#size += bytes.length;
    if (this.#size > max) {
      if (this.#state !== 'header' && this.#state !== 'item_header') this.#skipped += bytes.length;
      if (this.#skipped > LIMITS.skippedBytes)
        this.#failure = { kind: 'too_large', cause: 'items other than attachments are larger than 24 MiB' };
      this.#keptInAll -= this.#kept;
      this.#parts = [];
      this.#kept = 0;
      return;
    }
    if (bytes.length === 0) return;
    this.#holdsChunk = true;
    this.#parts.push(bytes);
    this.#kept += bytes.length;
    this.#keptInAll += bytes.length;
    if (this.#keptInAll > LIMITS.keptBytes)
      this.#failure = { kind: 'too_large', cause: 'items other than attachments are larger than 5 MiB' };
  }

  #take(): Uint8Array {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#kept = 0;
    this.#size = 0;
    return bytes;
  }

  #fail(cause: string): void {
    this.#failure = { kind: 'malformed', cause };
  }
}

/** A whole body at once; the payloads are views into it. */
export function parseEnvelope(body: Uint8Array, maxKept: (type: string) => number): ParseResult {
  const parser = new EnvelopeParser(maxKept);
  parser.push(body);
  return parser.end();
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === SPACE || byte === CARRIAGE_RETURN || byte === 0x09);
}

function parseObject(line: Uint8Array, mayHaveMark: boolean): { [key: string]: unknown } | null {
  let text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  if (mayHaveMark && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { [key: string]: unknown })
      : null;
  } catch {
    return null;
  }
}
