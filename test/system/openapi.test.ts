/** Requests made from the OpenAPI document, hostile ones among them, against the real server: never 500, never undocumented. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mismatch, valuesOf, type Components, type Schema } from '../support/json-schema.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Components };
}

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
/** What would take away what the others need: its ids are never the real ones. */
const SPARED =
  /^(delete |post \/organizations\/\{organization\}\/leave|post \/issues\/\{id\}\/(discard|merge))/;
const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
let document: Document;
let real: Record<string, string>;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
  first = await redeemSetup(server);
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
  document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
  real = {
    p: first.projectId,
    id: issues[0]?.id ?? '',
    organization: me.organizations[0]?.id ?? '',
    user: me.id,
    event_id: issues[0]?.last_event_id ?? '',
  };
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

function requestsOf(method: string, path: string, operation: Operation) {
  const components = document.components.schemas;
  const spared = SPARED.test(`${method} ${path}`);
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema }) => {
    const made = valuesOf(schema, components).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    );
    const known = place === 'path' && !spared ? real[name] : undefined;
    const safe = spared && place === 'path' ? made.map((value) => (/^\d+$/.test(value) ? 'x' : value)) : made;
    const value =
      known === undefined
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

it('API40 requests made from the document are never answered 500 and always as documented', async () => {
  const wrong = new Set<string>();
  let asked = 0;
  const kinds = new Map<number, number>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      for (const { parameters, body } of fc.sample(requestsOf(method, path, operation), {
        numRuns: RUNS,
        seed: 20_261_124,
      })) {
        let target = path;
        const query = new URLSearchParams();
        for (const { name, place, value } of parameters) {
          if (value === undefined) continue;
          // A lone surrogate is no text that a URL can carry.
          const text = value.toWellFormed();
          // `.` and `..` are steps of a path, not names.
          if (place === 'path')
            target = target.replace(`{${name}}`, encodeURIComponent(/^\.*$/.test(text) ? 'x' : text));
          else query.set(name, text);
        }
        const response = await fetch(`${server.url}/api/v1${target}?${query.toString()}`, {
          method: method.toUpperCase(),
          headers: {
            cookie: first.cookie,
            origin: server.url,
            ...(method !== 'get' && { 'content-type': 'application/json' }),
          },
          ...(method !== 'get' && { body: JSON.stringify(body ?? {}) }),
        });
        asked++;
        kinds.set(response.status, (kinds.get(response.status) ?? 0) + 1);
        const said = await response.text();
        const where = `${method.toUpperCase()} ${path} ${response.status}`;
        const known = operation.responses[String(response.status)] ?? operation.responses['default'];
        const schema = known?.content?.['application/json']?.schema;
        if (response.status >= 500 && !(response.status === 503 && path === '/password-resets'))
          wrong.add(`${where}: ${JSON.stringify({ parameters, body })}`);
        else if (known === undefined) wrong.add(`${where} is not documented`);
        else if (schema && (response.headers.get('content-type') ?? '').startsWith('application/json')) {
          const problem = mismatch(JSON.parse(said), schema, document.components.schemas);
          if (problem !== null) wrong.add(`${where}: ${problem}`);
        }
      }
    }
  }
  console.log(`${asked} requests: ${[...kinds].map((pair) => pair.join(' × ')).join(', ')}`);
  expect([...wrong]).toEqual([]);
}, 300_000);
