/** The part of JSON Schema that the OpenAPI document uses: values made from a schema, and values checked against one. */
import fc from 'fast-check';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  minItems?: number;
}
export type Components = Record<string, Schema>;

/** Without references; what an `allOf` says is one schema. */
function resolved(schema: Schema, components: Components): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return resolved(components[name] ?? {}, components);
  if (!schema.allOf) return schema;
  return schema.allOf
    .map((part) => resolved(part, components))
    .reduce((whole, part) => ({
      ...whole,
      ...part,
      properties: { ...whole.properties, ...part.properties },
      required: [...(whole.required ?? []), ...(part.required ?? [])],
    }));
}

/** What tends to break something: injection, encodings, limits. */
const HOSTILE = [
  '',
  "' or 1=1 --",
  '"; drop table issues; --',
  '$ne',
  '{"$gt":""}',
  '../../etc/passwd',
  '%00',
  '\0',
  'a\0b',
  '\u{1f600}',
  '\ud800',
  'x'.repeat(3000),
  '<script>alert(1)</script>',
  '-1',
  '0',
  '9223372036854775808',
  '1e309',
  'NaN',
  'null',
  '//evil.example',
  'latest',
  'me',
  '1',
  '2026-01-01T00:00:00Z',
  '24h',
  'is:unresolved',
  '(',
  '"',
  '*',
  '\\',
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 20, unit: 'grapheme' }));

/** Mostly fitting values; now and then anything at all. */
export function valuesOf(given: Schema, components: Components, depth = 0): fc.Arbitrary<unknown> {
  const schema = resolved(given, components);
  const fitting = fittingValues(schema, components, depth);
  const any = fc.oneof(text, fc.integer(), fc.constant(null), fc.constant([]), fc.constant({ $ne: null }));
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: any });
}

function fittingValues(schema: Schema, components: Components, depth: number): fc.Arbitrary<unknown> {
  if (depth > 5) return fc.constant(null);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((one) => valuesOf(one, components, depth + 1)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const types = [schema.type ?? 'string'].flat();
  return fc.oneof(...types.map((type) => valuesOfType(type, schema, components, depth)));
}

function valuesOfType(
  type: string,
  schema: Schema,
  components: Components,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [
            name,
            valuesOf(one, components, depth + 1),
          ]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, components, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 3),
      });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) }),
        fc.constantFrom(0, -1, 1.5, 2 ** 53, 1e300),
      );
    case 'boolean':
      return fc.boolean();
    default:
      return fc.oneof(text, fc.string({ minLength: schema.minLength ?? 0, maxLength: 40 }));
  }
}

/** Where and how a value does not fit; null: it fits. */
export function mismatch(value: unknown, given: Schema, components: Components, at = '$'): string | null {
  const schema = resolved(given, components);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices && !choices.some((one) => mismatch(value, one, components, at) === null))
    return `${at}: none of the alternatives fits ${JSON.stringify(value)}`;
  if (schema.enum && !schema.enum.includes(value))
    return `${at}: ${JSON.stringify(value)} is not in the list`;
  if (schema.const !== undefined && schema.const !== value)
    return `${at}: ${JSON.stringify(value)} is not ${JSON.stringify(schema.const)}`;
  if (schema.type === undefined) return null;
  const types = [schema.type].flat();
  if (!types.some((type) => hasType(value, type)))
    return `${at}: ${JSON.stringify(value)} is no ${types.join(' or ')}`;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const wrong = mismatch(item, schema.items ?? {}, components, `${at}[${index}]`);
      if (wrong !== null) return wrong;
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) if (!(name in value)) return `${at}.${name}: is missing`;
    for (const [name, item] of Object.entries(value)) {
      const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      const known = schema.properties?.[name] ?? extra;
      if (known === undefined) {
        if (schema.properties !== undefined) return `${at}.${name}: is not documented`;
        continue;
      }
      const wrong = mismatch(item, known, components, `${at}.${name}`);
      if (wrong !== null) return wrong;
    }
  }
  return null;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
