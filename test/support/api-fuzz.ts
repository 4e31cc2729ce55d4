/**
 * Requests made from the OpenAPI document, hostile ones among them, sent to a real server: what is answered 500, or
 * not as the document says, is wrong.
 */
import fc from 'fast-check';
import { mismatch, valuesOf, type Components, type Schema } from './json-schema.ts';
import { richError, sendEvent } from './send-event.ts';
import { getJson, sendJson, until, type FirstRun, type ServerProcess } from './server-process.ts';

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
  /** Operations that were never answered 2xx: only their refusals were seen. */
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
  const real = await realIds(server, o.first);
  const report: FuzzReport = {
    operations: 0,
    requests: 0,
    statuses: {},
    never_succeeded: [],
    slowest_ms: 0,
    wrong: [],
  };
  const wrong = new Map<string, string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      report.operations++;
      let succeeded = false;
      const requests = requestsOf(method, path, operation, document, real);
      for (const request of fc.sample(requests, { numRuns: o.runs, seed: o.seed })) {
        const target = targetOf(path, request.parameters);
        const begun = performance.now();
        const response = await fetch(`${server.url}/api/v1${target}`, {
          method: method.toUpperCase(),
          redirect: 'manual',
          headers: {
            cookie: o.first.cookie,
            origin: server.url,
            ...(method !== 'get' && { 'content-type': 'application/json' }),
          },
          ...(method !== 'get' && { body: JSON.stringify(request.body ?? {}) }),
        });
        const said = await response.text();
        report.slowest_ms = Math.max(report.slowest_ms, Math.round(performance.now() - begun));
        report.requests++;
        report.statuses[response.status] = (report.statuses[response.status] ?? 0) + 1;
        succeeded ||= response.ok;
        const problem = problemOf(response, said, path, operation, document.components.schemas);
        if (problem !== null)
          wrong.set(`${method.toUpperCase()} ${path} ${response.status} ${problem}`, JSON.stringify(request));
      }
      if (!succeeded) report.never_succeeded.push(`${method.toUpperCase()} ${path}`);
      report.wrong = [...wrong].map(([what, by]) => `${what}: ${by.slice(0, 1000)}`);
      o.onProgress?.(`${method.toUpperCase()} ${path}`, report);
    }
  }
  return report;
}

/** Things that are there, for the paths: half of what can go wrong is behind the 404. */
async function realIds(server: ServerProcess, first: FirstRun): Promise<Record<string, string>> {
  await sendEvent(server, first, richError('FuzzError', 'for the lists to have something in them'));
  const issues = await until('an issue', async () => {
    const page = await getJson<{ items: { id: string; last_event_id: string }[] }>(
      server,
      first.cookie,
      '/projects/my-project/issues',
    );
    return page.items.length > 0 && page.items;
  });
  const me = await getJson<{ id: string; organizations: { id: string }[] }>(server, first.cookie, '/me');
  const saved = await sendJson<{ id: string }>(server, first.cookie, '/projects/my-project/saved-searches', {
    name: 'Fuzzed',
    query: 'is:unresolved',
  });
  return {
    p: first.projectId,
    id: issues[0]?.id ?? '',
    saved: saved.id,
    organization: me.organizations[0]?.id ?? '',
    user: me.id,
    event_id: issues[0]?.last_event_id ?? '',
  };
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
    const known = real[name === 'id' && path.includes('/saved-searches/') ? 'saved' : name];
    const safe = spared && place === 'path' ? made.map((value) => (/^\d+$/.test(value) ? 'x' : value)) : made;
    const value =
      known === undefined || place !== 'path' || spared
        ? safe
        : fc.oneof({ weight: 4, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: made });
    return { name, place, value: required === true ? value : fc.option(value, { nil: undefined }) };
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
