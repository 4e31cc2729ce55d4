/** Everything that is stored of an issue or a project, as a stream of lines. */
import { createRoute, z } from '@hono/zod-openapi';
import { projectIdOf } from '../context.ts';
import { issuePath, projectPath, type AddRoutes } from '../route-parts.ts';

const lines = {
  description:
    'A JSON object a line: `type` is `issue` or `event` and names what is in it, events have a `payload` beside.',
  content: { 'application/x-ndjson': { schema: z.string() } },
};
// Without its content for the types only: they take every media type that ends in `json` for one JSON value.
const answer: Pick<typeof lines, 'description'> = lines;
const responses = { 200: answer };

const issue = createRoute({
  method: 'get',
  path: '/issues/{id}/export',
  tags: ['issues'],
  summary: 'An issue and its events as NDJSON',
  request: { params: issuePath },
  responses,
});
const project = createRoute({
  method: 'get',
  path: '/projects/{p}/export',
  tags: ['projects'],
  summary: 'The issues and events of a project as NDJSON',
  request: { params: projectPath },
  responses,
});

export const addExportRoutes: AddRoutes = (api, { exports }) => {
  api.openapi(issue, async (c) => {
    const { id } = c.req.valid('param');
    return c.body(bytesOf(exports.issue(id)), 200, headers(`issue-${id}`));
  });
  api.openapi(project, async (c) => {
    const id = projectIdOf(c);
    return c.body(bytesOf(exports.project(id)), 200, headers(`project-${id}`));
  });
};

function headers(name: string): Record<string, string> {
  return {
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="${name}.ndjson"`,
  };
}

/** A line is made when it is asked for; a client that goes ends the lines. */
function bytesOf(lines: AsyncIterable<string>): ReadableStream<Uint8Array> {
  return ReadableStream.from(lines).pipeThrough(new TextEncoderStream());
}
