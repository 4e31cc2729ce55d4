/**
 * Where to go after signing in: only an address of this server. The URL parser decides, as the browser's own will;
 * the answer is absolute, because the path `//host` (of `/.//host`) would be read as another server again.
 */
export function safeNext(next: string | undefined, origin: string): string {
  const home = `${origin}/`;
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, origin)) return home;
  const url = new URL(next, origin);
  return url.origin === origin ? url.href : home;
}
