/**
 * GR21: the module of a frame without the folder it was deployed to. Node SDKs make the module of a path
 * (`srv.releases.20261101-a1b2c3d.src:app`), so a new release would be a new issue.
 */
import type { Component } from '../v1/component.ts';
import { moduleComponent as v1Module } from '../v1/module.ts';
import { platformFamily } from '../v1/platform.ts';

const DEPLOY_FOLDERS = new Set(['releases', 'deployments', 'deploys', 'versions', 'builds']);
/** `20261101-a1b2c3d`, `v1`, `2`, `9f8e7d6`: names no person gives to a source folder. */
const RELEASE_NAME = /^(?:v?\d[\d_.-]*(?:[-_.+][0-9a-f]{6,40})?|(?=[0-9a-f]*\d)[0-9a-f]{7,40})$/i;
/** Where programs live on servers and in images; followed by the application's own name where `*`. */
const APP_ROOTS = [
  ['usr', 'src', 'app'],
  ['usr', 'src', '*'],
  ['var', 'www', '*'],
  ['var', 'task'],
  ['home', '*', '*'],
  ['opt', '*'],
  ['srv', '*'],
  ['workspace'],
  ['app'],
];
const GO_VERSION = /@v\d[\w.+-]{0,100}/g;
/** Classes the C# compiler makes for lambdas and iterators, numbered by their place in the class. */
const CSHARP_CLOSURE = /(<>c__DisplayClass|>[bdg]__)\d+(?:_\d+)?/g;

export function moduleComponent(
  module: string | undefined,
  absPath: string | undefined,
  platform: string,
): Component {
  const component = v1Module(module, absPath, platform);
  const [name] = component.values;
  if (!component.contributes || typeof name !== 'string') return component;
  const cleaned = cleanModule(name, absPath, platform);
  return cleaned === name
    ? component
    : { ...component, values: [cleaned], hint: 'cut deploy folder or number' };
}

function cleanModule(name: string, absPath: string | undefined, platform: string): string {
  if (platform === 'go') return name.replace(GO_VERSION, '');
  if (platform === 'csharp') return name.replace(CSHARP_CLOSURE, '$1');
  return platformFamily(platform) === 'javascript' ? cutFolders(name, absPath) : name;
}

function cutFolders(name: string, absPath: string | undefined): string {
  const colon = name.indexOf(':');
  if (colon < 0) return name;
  const folders = name.slice(0, colon).split('.');
  const from = Math.max(afterDeployFolder(folders), afterAppRoot(folders, absPath));
  return from === 0
    ? name
    : folders.slice(from).join('.') + name.slice(folders.length === from ? colon + 1 : colon);
}

function afterDeployFolder(folders: readonly string[]): number {
  let at = folders.findLastIndex((folder) => DEPLOY_FOLDERS.has(folder.toLowerCase())) + 1;
  if (at === 0 || !RELEASE_NAME.test(folders[at] ?? '')) return 0;
  // The dots of `1.2.3` were taken for slashes.
  while (RELEASE_NAME.test(folders[at] ?? '')) at++;
  return at;
}

/** Only where the module is the whole path: otherwise the SDK knew the root and cut it. */
function afterAppRoot(folders: readonly string[], absPath: string | undefined): number {
  if (!absPath?.startsWith('/')) return 0;
  const path = absPath.slice(1, absPath.lastIndexOf('/')).replaceAll('/', '.');
  if (path !== folders.join('.')) return 0;
  const root = APP_ROOTS.find((parts) =>
    parts.every((part, i) => (part === '*' ? folders[i] : part === folders[i])),
  );
  return root?.length ?? 0;
}
