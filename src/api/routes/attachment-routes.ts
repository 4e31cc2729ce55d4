/**
 * Attachments of an event. Their bytes are anybody's: they are only ever downloaded, never shown, whatever they say
 * they are.
 */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { projectIdOf } from '../context.ts';
import { pageQuery, pageRequest } from '../parameters.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';
import { attachmentSchema, pageOf } from '../schemas.ts';

const tags = ['events'];
const eventPath = projectPath.extend({
  event_id: z.string().openapi({ description: '32 hex digits, or a UUID.' }),
});

const list = createRoute({
  method: 'get',
  path: '/projects/{p}/events/{event_id}/attachments',
  tags,
  summary: 'Attachments of an event',
  request: { params: eventPath, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(attachmentSchema), 'By name.') },
});
const download = createRoute({
  method: 'get',
  path: '/projects/{p}/events/{event_id}/attachments/{id}',
  tags,
  summary: 'The bytes of an attachment',
  request: { params: eventPath.extend({ id: z.string() }) },
  responses: {
    200: {
      description: 'As it was sent.',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
});

export const addAttachmentRoutes: AddRoutes = (api, { attachments }) => {
  api.openapi(list, async (c) => {
    const eventId = hexId(c.req.valid('param').event_id);
    const request = pageRequest(c.req.valid('query'));
    return c.json(await attachments.list(projectIdOf(c), eventId, request), 200);
  });

  api.openapi(download, async (c) => {
    const { event_id: eventId, id } = c.req.valid('param');
    const found = await attachments.read(projectIdOf(c), hexId(eventId), hexId(id));
    if (found === null) throw new MesherError('not_found');
    const { name, content_type: contentType, size } = found.attachment;
    return c.body(ReadableStream.from(found.bytes), 200, {
      'content-type': contentType,
      'content-length': String(size),
      'content-disposition': disposition(name),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
  });
};

function hexId(text: string): string {
  const hex = text.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new MesherError('not_found');
  return hex;
}

/** Plain ASCII for old clients, and the name itself as RFC 6266 wants it. */
function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
