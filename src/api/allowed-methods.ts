/** Which methods a path of the API takes, read from the table of access.ts: tells a wrong method from a wrong path. */

/** In: keys `METHOD /path/{name}`. Out: for a path, the methods as an `Allow` header names them; null: no such path. */
export function createAllowedMethods(keys: readonly string[]): (path: string) => string | null {
  const byPattern = new Map<string, Set<string>>();
  for (const key of keys) {
    const [method = '', template = ''] = key.split(' ');
    const pattern = `^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`;
    const methods = byPattern.get(pattern) ?? new Set();
    byPattern.set(pattern, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  }
  const rows = [...byPattern].map(([pattern, methods]) => ({ path: new RegExp(pattern), methods }));
  return (path) => {
    const methods = new Set(rows.filter((row) => row.path.test(path)).flatMap((row) => [...row.methods]));
    return methods.size === 0 ? null : [...methods].sort().join(', ');
  };
}
