/**
 * Names that become keys of counters, bounded for each project and day: a name made anew for every event must not make a
 * row of its own each time. Beyond the bound names are counted together. Known by this process; a restart begins anew.
 */
import { Lru } from '../lib/lru.ts';

/** Stands for all names beyond the bound. */
const OTHER = '(other)';
const MAX_PROJECT_DAYS = 2_000;

export interface BoundedNames {
  of: (projectId: number, day: number, name: string) => string;
}

export function createBoundedNames(maxNames: number): BoundedNames {
  const known = new Lru<string, Set<string>>(MAX_PROJECT_DAYS);
  return {
    of(projectId, day, name) {
      const key = `${projectId}:${day}`;
      let names = known.get(key);
      if (!names) known.set(key, (names = new Set()));
      if (names.has(name)) return name;
      if (names.size >= maxNames) return OTHER;
      names.add(name);
      return name;
    },
  };
}
