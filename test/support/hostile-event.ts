/** An event whose every field would run script in a page that took it for markup; what runs sets `window.__xss`. */
import type { TestItem } from './send-envelope.ts';

const RUN = 'window.__xss=(window.__xss??0)+1';

/** Ends an attribute, a script, a style, a title or a textarea, and then runs; `name` tells the fields apart. */
export function markup(name: string): string {
  return `${name}'"></script></style></title></textarea><script>${RUN}</script><img src=x onerror="${RUN}"><svg onload="${RUN}">`;
}

const ADDRESS = `javascript:${RUN}//`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script></svg>`;
const HTML = `<!doctype html><title>${markup('page')}</title><script>${RUN}</script>`;

/** `error` has everything that an exception brings, `message` shows its message instead. */
export function hostileEvent(kind: 'error' | 'message', id: string): Record<string, unknown> {
  const shared = {
    event_id: id,
    timestamp: Date.now() / 1000,
    platform: 'javascript',
    level: 'error',
    logger: markup('logger'),
    transaction: markup('transaction'),
    server_name: markup('server'),
    release: markup('release'),
    environment: `<img src=x onerror=${RUN}>`,
    dist: `<img src=x onerror=${RUN}>`,
    fingerprint: [markup('fingerprint'), kind],
    sdk: { name: markup('sdk'), version: markup('version') },
    modules: { [markup('module')]: markup('1.0') },
    tags: { plain: markup('tag value'), [`<img/src=x/onerror=${RUN}>`]: markup('tag'), url: ADDRESS },
    user: { id: markup('id'), email: markup('email'), username: ADDRESS, data: { page: ADDRESS } },
    request: {
      url: ADDRESS,
      method: markup('GET'),
      query_string: markup('query'),
      fragment: markup('fragment'),
      headers: { [markup('X-Header')]: markup('header'), Referer: ADDRESS },
      cookies: { [markup('crumb')]: 'x' },
      data: markup('body'),
      env: { [markup('variable')]: ADDRESS },
    },
    breadcrumbs: [
      {
        category: markup('category'),
        type: markup('kind'),
        level: markup('level'),
        message: markup('breadcrumb'),
        data: { url: ADDRESS, [markup('key')]: markup('data') },
        timestamp: Date.now() / 1000,
      },
    ],
    contexts: {
      [markup('context')]: { url: ADDRESS, [markup('name')]: markup('value') },
      flags: { values: [{ flag: markup('flag'), result: markup('on') }] },
    },
    extra: { [markup('extra')]: ADDRESS, long: { list: Array.from({ length: 40 }, () => markup('item')) } },
  };
  if (kind === 'message') return { ...shared, message: markup('message') };
  const frame = {
    filename: markup('file.js'),
    abs_path: ADDRESS,
    module: markup('module'),
    function: markup('function'),
    lineno: 3,
    in_app: true,
    pre_context: [markup('line before')],
    context_line: markup('source line'),
    post_context: [markup('line after')],
    vars: { [markup('variable')]: markup('value'), url: ADDRESS },
  };
  const exception = {
    type: markup('Type'),
    value: markup('value'),
    module: markup('module'),
    mechanism: { type: markup('mechanism'), handled: false, help_link: ADDRESS, description: markup('why') },
    stacktrace: { frames: [{ ...frame, in_app: false }, frame] },
  };
  return { ...shared, exception: { values: [{ ...exception, type: markup('Cause') }, exception] } };
}

/** What names itself a picture or a page, by name and by type, and holds script. */
export const HOSTILE_FILES: readonly TestItem[] = [
  file(markup('name'), 'image/svg+xml', SVG),
  file('picture.svg', 'image/svg+xml', SVG),
  file('page.html', 'text/html', HTML),
  file('picture.png', 'image/png', SVG),
  file('photo.jpg', 'image/jpeg', HTML),
  file('program.js', 'text/javascript', RUN),
];

function file(filename: string, contentType: string, payload: string): TestItem {
  return { header: { type: 'attachment', filename, content_type: contentType }, payload };
}

/** Of a user, about the event. */
export function hostileFeedback(eventId: string): TestItem {
  return {
    header: { type: 'user_report' },
    payload: {
      event_id: eventId,
      name: markup('person'),
      email: 'a@example.com',
      comments: markup('comment'),
    },
  };
}
