/** The HTTP request an event happened in. */
import type { EventRequest, Json } from '../../../src/event.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { curlCommand } from './curl-command.ts';
import { JsonValue } from './json-value.tsx';
import { KeyValues, Section } from './section.tsx';

export function RequestSection({ request }: { request: EventRequest }) {
  const { method, url, query_string: queryString, fragment, cookies, headers, data, env } = request;
  const groups: [string, readonly (readonly [string, Json])[]][] = [
    ['Headers', headers ?? []],
    ['Cookies', cookies ?? []],
    ['Environment', Object.entries(env ?? {})],
  ];
  const curl = curlCommand(request);
  return (
    <Section
      title="Request"
      actions={curl !== null && <CopyButton text={curl} label="Copy as curl" showLabel kind="secondary" />}
    >
      {url !== undefined && (
        <p className="mb-3 font-mono text-[0.78rem] break-all">
          <span className="mr-2 rounded bg-line px-1.5 py-0.5 font-semibold">{method ?? 'GET'}</span>
          {url}
          {queryString !== undefined && queryString !== '' && !url.includes('?') && (
            <span className="text-muted">?{queryString}</span>
          )}
          {fragment !== undefined && fragment !== '' && <span className="text-muted">#{fragment}</span>}
        </p>
      )}
      <div className="space-y-3">
        {data !== undefined && data !== null && (
          <div>
            <h3 className="mb-1.5 text-sm font-medium text-muted">Body</h3>
            <div className="rounded-lg border border-line px-3 py-1.5">
              <JsonValue value={data} />
            </div>
          </div>
        )}
        {groups.map(([name, rows]) =>
          rows.length === 0 ? null : (
            <div key={name}>
              <h3 className="mb-1.5 text-sm font-medium text-muted">{name}</h3>
              <KeyValues rows={rows} />
            </div>
          ),
        )}
      </div>
    </Section>
  );
}
