/**
 * GR22: the file of a frame without what a build adds to its name: `cart.vue?a1b2` → `cart.vue`, `app.3f2a9c1b.js` → `app.js`.
 * A script at an address counts where its name is one that a person gave and a build kept.
 */
import { leaf, mutedLeaf, type Component } from '../v1/component.ts';
import { basename, filenameComponent as v1File } from '../v1/filename.ts';
import { platformFamily } from '../v1/platform.ts';
import { hasUrlOrigin } from '../v1/url-origin.ts';

const QUERY = /[?#].*$/s;
/** Webpack, esbuild, Vite, Rollup: 6 to 40 characters between a separator and the extension, at least one a digit. */
const BUILD_HASH = /[.\-_](?=[a-z_-]{0,39}\d)[a-z0-9_]{6,40}(?=(?:\.chunk|\.bundle|\.min)?\.[cm]?jsx?$)/;
const SCRIPT = /^[a-z_][\w.-]*\.[cm]?[jt]sx?$/;
/** `chunk-vendors.js`, `2.js`, `main.js`: what a bundler calls its output says nothing about the place. */
const BUNDLE =
  /^(?:chunk|vendors?|bundle|main|index|app|runtime|polyfills?|common)\b|\.(?:chunk|bundle|min)\./;

export function fileComponent(
  filename: string | undefined,
  absPath: string | undefined,
  platform: string,
): Component {
  if (!filename || platformFamily(platform) !== 'javascript') return v1File(filename, absPath);
  const plain = filename.replace(QUERY, '');
  const written = basename(plain).toLowerCase();
  const name = written.replace(BUILD_HASH, '');
  if (hasUrlOrigin(absPath)) {
    return name === written && SCRIPT.test(name) && !BUNDLE.test(name)
      ? leaf('filename', name, 'script of a plain name')
      : mutedLeaf('filename', written, 'ignored because frame points to a URL');
  }
  const component = v1File(plain, absPath);
  if (!component.contributes || name === basename(filename).toLowerCase()) return component;
  return leaf('filename', name, 'cut query or build hash');
}
