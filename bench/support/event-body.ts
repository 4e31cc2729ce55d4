/** The event of the ingestion benchmark: 11.5 KB of JSON, 30 frames with context, as a Node SDK sends it. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** `variant` decides the issue it belongs to: equal variants group together. */
export function eventJson(eventId: string, variant: number): string {
  const frames = Array.from({ length: 30 }, (_, i) => ({
    filename: `/srv/app/src/modules/module-${i}/handler-${(variant + i) % 97}.js`,
    module: `modules.module-${i}:handler-${(variant + i) % 97}`,
    function: i === 29 ? `fail_${variant}` : `step${i}`,
    lineno: 10 + i,
    colno: 5,
    in_app: i % 3 !== 0,
    pre_context: [`  const input${i} = await read(request);`],
    context_line: `    const result = await service${i}.run(parsed, { attempt: ${i} });`,
    post_context: [`  return result.part${(variant * 31 + i) % 1009};`],
  }));
  return JSON.stringify({
    event_id: eventId,
    timestamp: Date.now() / 1000,
    platform: 'node',
    level: 'error',
    environment: 'production',
    release: 'shop@2.4.1',
    server_name: 'web-1',
    transaction: 'POST /checkout',
    user: { id: String(variant * 7), email: `user${variant}@example.com` },
    tags: { region: 'eu-1', browser: 'Chrome', tenant: `t${variant % 50}` },
    exception: {
      values: [
        {
          type: 'PaymentError',
          value: `gateway answered ${variant}`,
          mechanism: { type: 'generic', handled: false },
          stacktrace: { frames },
        },
      ],
    },
    breadcrumbs: Array.from({ length: 12 }, (_, i) => ({
      timestamp: Date.now() / 1000 - i,
      category: 'http',
      type: 'http',
      data: { method: 'GET', url: `https://api.example.com/v1/items/${i}?page=${variant}`, status_code: 200 },
    })),
    contexts: {
      runtime: { name: 'node', version: 'v24.21.0' },
      os: { name: 'Linux', kernel_version: '6.1.0' },
    },
    sdk: { name: 'sentry.javascript.node', version: '11.12.0' },
  });
}

/** One whole HTTP request with a gzipped envelope. */
export function envelopeRequest(
  target: { port: number; projectId: string; publicKey: string },
  variant: number,
): { id: string; bytes: Buffer; jsonBytes: number } {
  const id = randomUUID().replaceAll('-', '');
  const json = eventJson(id, variant);
  const envelope = `${JSON.stringify({ event_id: id, sent_at: new Date().toISOString() })}\n{"type":"event"}\n${json}\n`;
  const body = gzipSync(envelope);
  const head =
    `POST /api/${target.projectId}/envelope/?sentry_key=${target.publicKey}&sentry_version=7 HTTP/1.1\r\n` +
    `Host: 127.0.0.1:${target.port}\r\nContent-Type: application/x-sentry-envelope\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { id, bytes: Buffer.concat([Buffer.from(head), body]), jsonBytes: json.length };
}
