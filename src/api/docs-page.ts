/** GET /docs: the OpenAPI document as one plain page, without script and without anything from elsewhere. */
import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './openapi-document.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
h2{margin-top:2.5rem;text-transform:capitalize}code{font:13px ui-monospace,monospace}
details{border:1px solid #8884;border-radius:8px;padding:.5rem .9rem;margin:.5rem 0}summary{cursor:pointer}
.m{display:inline-block;min-width:4.2rem;font-weight:600}pre{overflow:auto;background:#8881;padding:.7rem;border-radius:6px}`;

/** Its one style, by its hash, and nothing else. */
export const DOCS_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

export function docsPage(document: OpenApiDocument): string {
  const groups = new Map<string, string[]>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = operation.tags?.[0] ?? 'other';
      const entries = groups.get(tag) ?? [];
      entries.push(entry(method, path, operation));
      groups.set(tag, entries);
    }
  }
  const sections = [...groups].map(([tag, entries]) => `<h2>${escape(tag)}</h2>${entries.join('')}`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mesher API</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style>
<h1>Mesher API ${escape(document.info.version)}</h1>
<p>${escape(document.info.description ?? '')}</p>
<p>The same for programs: <a href="/api/v1/openapi.json">openapi.json</a>. All paths are under <code>/api/v1</code>.</p>
${sections.join('\n')}</html>`;
}

type Operation = NonNullable<NonNullable<OpenApiDocument['paths']>[string]['get']>;

function entry(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).flatMap((parameter) =>
    'name' in parameter && parameter.in === 'query'
      ? [`<li><code>${escape(parameter.name)}</code> ${escape(parameter.description ?? '')}</li>`]
      : [],
  );
  const body =
    operation.requestBody && 'content' in operation.requestBody
      ? operation.requestBody.content['application/json']?.schema
      : undefined;
  return `<details><summary><span class="m">${method.toUpperCase()}</span> <code>${escape(path)}</code> — ${escape(operation.summary ?? '')}</summary>
<p>${escape(operation.description ?? '').replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>
${parameters.length > 0 ? `<ul>${parameters.join('')}</ul>` : ''}
${body ? `<p>Body</p><pre>${escape(JSON.stringify(body, null, 2))}</pre>` : ''}
</details>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
