/** The DSN that SDKs are given: scheme and host of the public URL, the key as user, the project as path. */
export function dsnOf(baseUrl: string, publicKey: string, projectId: number | string): string {
  const url = new URL(baseUrl);
  return `${url.protocol}//${publicKey}@${url.host}${url.pathname.replace(/\/+$/, '')}/${projectId}`;
}
