/** Whether a path is an address in a browser, where host and folder say nothing about the code. */

const URL_SCHEMES = ['http:', 'https:', 'applewebdata:', 'blob:'];

export function hasUrlOrigin(path: string | undefined): boolean {
  return path !== undefined && URL_SCHEMES.some((scheme) => path.startsWith(scheme));
}

/** As above, and `file:`, which still hides a page's folder but names a real file. */
export function isUrl(path: string | undefined): boolean {
  return hasUrlOrigin(path) || (path !== undefined && path.startsWith('file:'));
}
