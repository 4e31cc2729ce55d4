/**
 * Bounds what a request may carry. In: a request. Out: a request with at most `maxBytes` of body, or null when it has
 * more. Without a length (chunked, and every DELETE as node:http sees it) the body is read here; the new request is
 * made from its parts, because the one of the Node adapter is not an instance of the global class.
 */
export async function limitBody(request: Request, maxBytes: number): Promise<Request | null> {
  if (request.method === 'GET' || request.method === 'HEAD') return request;
  const length = request.headers.get('content-length');
  if (length !== null && !request.headers.has('transfer-encoding'))
    return Number(length) <= maxBytes ? request : null;
  if (request.body === null) return request;

  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.length;
    if (size > maxBytes) return null;
    parts.push(part);
  }
  const { url, method, headers } = request;
  return new Request(url, { method, headers, ...(size > 0 && { body: Buffer.concat(parts) }) });
}
