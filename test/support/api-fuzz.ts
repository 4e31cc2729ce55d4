/**
 * Requests made from the OpenAPI document, hostile ones among them, sent to a real server: what is answered 500, or
 * not as the document says, is wrong. First of each operation one that has to succeed, before random ones use up limits.
 */
import fc from 'fast-check';
import { createApiWorld, UNREACHABLE, type ApiWorld } from './api-world.ts';
import { mismatch, valuesOf, type Components, type Schema } from './json-schema.ts';
import type { FirstRun, ServerProcess } from './server-process.ts';

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Components };
}

export interface FuzzReport {
  operations: number;
  requests: number;
  statuses: Record<string, number>;
  /** Operations that were never answered 2xx and are not known to be unable to: only their refusals were seen. */
  never_succeeded: string[];
  slowest_ms: number;
  /** At most one of a kind. */
  wrong: string[];
}

/** What would take away what the others need: its ids are never the real ones. */
const SPARED =
  /^(delete |post \/organizations\/\{organization\}\/leave|post \/issues\/\{id\}\/(discard|merge))/;

export async function fuzzApi(o: {
  server: ServerProcess;
  first: FirstRun;
  /** Requests of each operation. */
  runs: number;
  seed: number;
  onProgress?: (operation: string, report: FuzzReport) => void;
}): Promise<FuzzReport> {
  const { server } = o;
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
  const world = await createApiWorld(server, o.first);
  const report: FuzzReport = {
    operations: 0,
    requests: 0,
    statuses: {},
    never_succeeded: [],
    slowest_ms: 0,
    wrong: [],
  };
  const wrong = new Map<string, string>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      operation,
      succeeded: false,
    })),
  );
  report.operations = operations.length;

  async function send(one: (typeof operations)[number], request: FuzzRequest): Promise<void> {
    const { method, path, operation } = one;
    const begun = performance.now();
    const response = await fetch(`${server.url}/api/v1${targetOf(path, request.parameters)}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: {
        cookie: request.cookie ?? o.first.cookie,
        origin: server.url,
        ...(method !== 'get' && { 'content-type': 'application/json' }),
      },
      ...(method !== 'get' && { body: JSON.stringify(request.body ?? {}) }),
    });
    const said = await response.text();
    report.slowest_ms = Math.max(report.slowest_ms, Math.round(performance.now() - begun));
    report.requests++;
    report.statuses[response.status] = (report.statuses[response.status] ?? 0) + 1;
    one.succeeded ||= response.ok;
    const problem = problemOf(response, said, path, operation, document.components.schemas);
    const { parameters, body } = request;
    if (problem !== null)
      wrong.set(`${one.name} ${response.status} ${problem}`, JSON.stringify({ parameters, body }));
  }

  for (const one of operations) await send(one, await validRequest(one.name, one.operation, world));
  for (const one of operations) {
    const requests = requestsOf(one.method, one.path, one.operation, document, world.ids);
    for (const request of fc.sample(requests, { numRuns: o.runs, seed: o.seed })) await send(one, request);
    report.wrong = [...wrong].map(([what, by]) => `${what}: ${by.slice(0, 1000)}`);
    o.onProgress?.(one.name, report);
  }
  report.never_succeeded = operations
    .filter(({ name, succeeded }) => !succeeded && !(name in UNREACHABLE))
    .map(({ name }) => name);
  return report;
}

interface FuzzRequest {
  parameters: readonly { name: string; place: string; value: string | undefined }[];
  body: unknown;
  cookie?: string | undefined;
}

async function validRequest(name: string, operation: Operation, world: ApiWorld): Promise<FuzzRequest> {
  const { path = {}, body, cookie } = (await world.valid[name]?.()) ?? {};
  const parameters = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'path')
    .map((parameter) => ({
      name: parameter.name,
      place: 'path',
      value: path[parameter.name] ?? knownId(world.ids, parameter.name, name) ?? 'x',
    }));
  return { parameters, body, cookie };
}

function knownId(ids: Record<string, string>, parameter: string, operation: string): string | undefined {
  return ids[parameter === 'id' && operation.includes('/saved-searches/') ? 'saved' : parameter];
}

function requestsOf(
  method: string,
  path: string,
  operation: Operation,
  document: Document,
  real: Record<string, string>,
) {
  const components = document.components.schemas;
  const spared = SPARED.test(`${method} ${path}`);
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema }) => {
    const made = valuesOf(schema, components).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    );
    const known = knownId(real, name, path);
    const safe = spared && place === 'path' ? made.map((value) => (/^\d+$/.test(value) ? 'x' : value)) : made;
    const value =
      known === undefined || place !== 'path' || spared
        ? safe
        : fc.oneof({ weight: 4, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: made });
    return {
      name,
      place,
      value:
        required === true
          ? value
          : // Many at once are rarely all good.
            fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
    };
  });
  const body = operation.requestBody?.content['application/json'];
  return fc.record({
    parameters: fc
      .tuple(...parameters.map(({ value }) => value))
      .map((values) => parameters.map(({ name, place }, index) => ({ name, place, value: values[index] }))),
    body: body ? valuesOf(body.schema, components) : fc.constant(undefined),
  });
}

function targetOf(
  path: string,
  parameters: readonly { name: string; place: string; value: string | undefined }[],
): string {
  let target = path;
  const query = new URLSearchParams();
  for (const { name, place, value } of parameters) {
    if (value === undefined) continue;
    // A lone surrogate is no text that a URL can carry.
    const text = value.toWellFormed();
    // `.` and `..` are steps of a path, not names; an empty name is another path.
    if (place === 'path')
      target = target.replace(`{${name}}`, encodeURIComponent(/^\.*$/.test(text) ? 'x' : text));
    else query.set(name, text);
  }
  return `${target}?${query.toString()}`;
}

/** null: the answer is what the document says. */
function problemOf(
  response: Response,
  said: string,
  path: string,
  operation: Operation,
  components: Components,
): string | null {
  // Without a mail server this is the documented answer.
  if (response.status >= 500 && !(response.status === 503 && path === '/password-resets')) return 'failed';
  const known = operation.responses[String(response.status)] ?? operation.responses['default'];
  if (known === undefined) return 'is not documented';
  const schema = known.content?.['application/json']?.schema;
  if (!schema || !(response.headers.get('content-type') ?? '').startsWith('application/json')) return null;
  return mismatch(JSON.parse(said), schema, components);
}
