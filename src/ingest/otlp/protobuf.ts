/**
 * Reads OTLP requests in protobuf into the shape of their JSON form. The tables are the fields of
 * opentelemetry/proto/{trace,logs,common,resource}/v1 that are read here; others are passed over, as protobuf wants it.
 * Own code because no maintained package ships these definitions for reading: OpenTelemetry's only writes them.
 */
type Kind = 'string' | 'bytes' | 'bool' | 'int' | 'double' | 'fixed64' | keyof typeof MESSAGES;
type Fields = Readonly<Record<number, readonly [name: string, kind: string, many?: 'many']>>;

const MESSAGES = {
  traces: { 1: ['resourceSpans', 'ResourceSpans', 'many'] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', 'ScopeSpans', 'many'] },
  ScopeSpans: { 1: ['scope', 'Scope'], 2: ['spans', 'Span', 'many'] },
  Span: {
    1: ['traceId', 'bytes'],
    2: ['spanId', 'bytes'],
    4: ['parentSpanId', 'bytes'],
    5: ['name', 'string'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', 'KeyValue', 'many'],
    11: ['events', 'SpanEvent', 'many'],
  },
  SpanEvent: {
    1: ['timeUnixNano', 'fixed64'],
    2: ['name', 'string'],
    3: ['attributes', 'KeyValue', 'many'],
  },
  logs: { 1: ['resourceLogs', 'ResourceLogs', 'many'] },
  ResourceLogs: { 1: ['resource', 'Resource'], 2: ['scopeLogs', 'ScopeLogs', 'many'] },
  ScopeLogs: { 1: ['scope', 'Scope'], 2: ['logRecords', 'LogRecord', 'many'] },
  LogRecord: {
    1: ['timeUnixNano', 'fixed64'],
    2: ['severityNumber', 'int'],
    3: ['severityText', 'string'],
    5: ['body', 'AnyValue'],
    6: ['attributes', 'KeyValue', 'many'],
    9: ['traceId', 'bytes'],
    10: ['spanId', 'bytes'],
    11: ['observedTimeUnixNano', 'fixed64'],
  },
  Resource: { 1: ['attributes', 'KeyValue', 'many'] },
  Scope: { 1: ['name', 'string'], 2: ['version', 'string'] },
  KeyValue: { 1: ['key', 'string'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['stringValue', 'string'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'ArrayValue'],
    6: ['kvlistValue', 'KeyValueList'],
    7: ['bytesValue', 'bytes'],
  },
  ArrayValue: { 1: ['values', 'AnyValue', 'many'] },
  KeyValueList: { 1: ['values', 'KeyValue', 'many'] },
} as const satisfies Record<string, Fields>;

const MAX_DEPTH = 32;

class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** null: these bytes are no such message. */
export function readProtobuf(
  bytes: Uint8Array,
  signal: 'traces' | 'logs',
): { [key: string]: unknown } | null {
  try {
    return readMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), signal, 0);
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return null;
    throw error;
  }
}

function readMessage(bytes: Buffer, type: keyof typeof MESSAGES, depth: number): { [key: string]: unknown } {
  if (depth > MAX_DEPTH) throw new Malformed('too deep');
  const fields: Fields = MESSAGES[type];
  const message: { [key: string]: unknown } = {};
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Malformed('varint');
  };
  const skip = (length: number): Buffer => {
    if (length > bytes.length - at) throw new Malformed('length');
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const field = fields[tag >>> 3];
    const raw =
      wire === 0
        ? varint()
        : wire === 1
          ? skip(8)
          : wire === 2
            ? skip(Number(varint()))
            : wire === 5
              ? skip(4)
              : null;
    if (raw === null || tag >>> 3 === 0) throw new Malformed('tag');
    if (field === undefined) continue;
    const [name, kind, many] = field;
    const value = readValue(raw, kind as Kind, depth);
    if (many === undefined) message[name] = value;
    else {
      const list = message[name];
      if (Array.isArray(list)) list.push(value);
      else message[name] = [value];
    }
  }
  return message;
}

function readValue(raw: bigint | Buffer, kind: Kind, depth: number): unknown {
  if (typeof raw === 'bigint') {
    if (kind === 'bool') return raw !== 0n;
    if (kind !== 'int') throw new Malformed('wire type');
    const signed = BigInt.asIntN(64, raw);
    const small = Number(signed);
    // As in JSON: what a double cannot hold is text.
    return Number.isSafeInteger(small) ? small : String(signed);
  }
  switch (kind) {
    case 'string':
      return raw.toString('utf8');
    case 'bytes':
      return raw.toString('hex');
    case 'fixed64':
      return String(raw.readBigUInt64LE(0));
    case 'double':
      return raw.readDoubleLE(0);
    case 'bool':
    case 'int':
      throw new Malformed('wire type');
    default:
      return readMessage(raw, kind, depth + 1);
  }
}
