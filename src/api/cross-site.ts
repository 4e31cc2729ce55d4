/**
 * Keeps other sites from writing with a visitor's cookie: such a write needs an allowed Origin and a JSON body, which
 * no form can send. A token is never sent by a browser on its own, so it needs neither.
 */
import { MesherError } from '../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `by`: what authenticated the request; null = nothing (set-up, sign-in). */
export function checkWrite(
  request: Request,
  by: 'session' | 'token' | null,
  originAllowed: (origin: string) => boolean,
): void {
  if (SAFE.has(request.method)) return;
  const origin = request.headers.get('origin');
  const hasCookie = by === 'session' || (by === null && request.headers.has('cookie'));
  if (by !== 'token') {
    // Without a cookie there is nothing to abuse: a script may leave Origin out, a foreign page cannot.
    if (origin === null ? hasCookie : !originAllowed(origin))
      throw new MesherError('forbidden', 'This Origin may not write.', {
        hint: 'Open Mesher under its own address (MESHER_URL), or use an API token.',
      });
  }
  const type = request.headers.get('content-type');
  const needsBody = by !== 'token' && request.method !== 'DELETE';
  if (type === null ? needsBody : !/^application\/json\s*(;|$)/i.test(type))
    throw new MesherError('unsupported_media_type', 'The body must be application/json.');
}
