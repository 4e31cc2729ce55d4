/** The baseline of the ingestion benchmark: bare node:http that gunzips, parses and answers. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const lines = gunzipSync(Buffer.concat(chunks)).toString().split('\n');
    const event = JSON.parse(lines[2] ?? '{}') as { event_id: string };
    const body = JSON.stringify({ id: event.event_id });
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
process.on('SIGTERM', () => process.exit(0));
