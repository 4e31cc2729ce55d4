/**
 * Encodes rows for `copy … from stdin binary` into one growing buffer: header, fields in column order, trailer.
 * Text goes in as UTF-8 without an intermediate Buffer; PostgreSQL checks it.
 */

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const TEXT_OID = 25;
/** Microseconds from 1970 to 2000, where PostgreSQL's time begins. */
const EPOCH_2000_MS = 946_684_800_000;

export interface CopyEncoder {
  row(columns: number): void;
  text(value: string | null): void;
  bytes(value: Uint8Array): void;
  bool(value: boolean | null): void;
  texts(values: readonly string[]): void;
  int2(value: number): void;
  /** Whole numbers up to 2^53. */
  int8(value: number): void;
  /** Epoch ms. */
  timestamp(ms: number): void;
  /** 'YYYY-MM-DD'. */
  date(day: string): void;
  /** 32 hex digits. */
  uuid(hex: string): void;
  finish(): Uint8Array;
}

export function createCopyEncoder(sizeHint: number): CopyEncoder {
  let buffer = Buffer.allocUnsafe(Math.max(sizeHint, 1024));
  let at = SIGNATURE.copy(buffer);
  buffer.writeInt32BE(0, at); // flags
  buffer.writeInt32BE(0, at + 4); // length of the header extension
  at += 8;

  function room(bytes: number): void {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  }

  function int8(value: number): void {
    room(12);
    buffer.writeInt32BE(8, at);
    const high = Math.floor(value / 4_294_967_296);
    buffer.writeInt32BE(high, at + 4);
    buffer.writeUInt32BE(value - high * 4_294_967_296, at + 8);
    at += 12;
  }

  function nothing(): void {
    room(4);
    at = buffer.writeInt32BE(-1, at);
  }

  function text(value: string): void {
    room(4 + value.length * 3); // three bytes is the most a UTF-16 unit can take
    const length = buffer.write(value, at + 4, 'utf8');
    buffer.writeInt32BE(length, at);
    at += 4 + length;
  }

  return {
    row(columns) {
      room(2);
      at = buffer.writeInt16BE(columns, at);
    },
    text: (value) => (value === null ? nothing() : text(value)),
    bool(value) {
      if (value === null) return nothing();
      room(5);
      at = buffer.writeInt32BE(1, at);
      at = buffer.writeInt8(value ? 1 : 0, at);
    },
    texts(values) {
      room(24);
      const start = at;
      at = buffer.writeInt32BE(values.length > 0 ? 1 : 0, at + 4); // dimensions
      at = buffer.writeInt32BE(0, at); // no nulls
      at = buffer.writeInt32BE(TEXT_OID, at);
      if (values.length > 0) {
        at = buffer.writeInt32BE(values.length, at);
        at = buffer.writeInt32BE(1, at); // first index
        for (const value of values) text(value);
      }
      buffer.writeInt32BE(at - start - 4, start);
    },
    bytes(value) {
      room(4 + value.length);
      at = buffer.writeInt32BE(value.length, at);
      buffer.set(value, at);
      at += value.length;
    },
    int2(value) {
      room(6);
      at = buffer.writeInt32BE(2, at);
      at = buffer.writeInt16BE(value, at);
    },
    int8,
    timestamp(ms) {
      int8(Math.round((ms - EPOCH_2000_MS) * 1000));
    },
    date(day) {
      room(8);
      at = buffer.writeInt32BE(4, at);
      at = buffer.writeInt32BE(Math.round((Date.parse(day) - EPOCH_2000_MS) / 86_400_000), at);
    },
    uuid(hex) {
      room(20);
      at = buffer.writeInt32BE(16, at);
      at += buffer.write(hex, at, 16, 'hex');
    },
    finish() {
      room(2);
      at = buffer.writeInt16BE(-1, at);
      return buffer.subarray(0, at);
    },
  };
}
