/** The package as a user has it: packed by npm, unpacked into an empty folder, with the dependencies of the checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './server-process.ts';

interface Manifest {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

export interface InstalledPackage {
  /** A folder with `node_modules/mesher`. */
  folder: string;
  /** Paths in the tarball. */
  files: string[];
  bytes: number;
  remove(): void;
}

export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'mesher-package-'));
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'mesher');
  mkdirSync(home, { recursive: true });
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' }),
  ) as [{ filename: string; size: number; files: { path: string }[] }];
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', home, '--strip-components=1']);
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  const link = (target: string, path: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const target = join(ROOT, 'node_modules', name);
    // Optional ones are there for one platform only.
    if (existsSync(target)) link(target, join(modules, name));
  }
  for (const [name, path] of Object.entries(manifest.bin))
    link(join(home, path), join(modules, '.bin', name));
  return {
    folder,
    files: packed.files.map(({ path }) => path),
    bytes: packed.size,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
