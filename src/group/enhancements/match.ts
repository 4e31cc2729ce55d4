/** `key:pattern` of a stack trace rule as a function; the closed list of keys. */
import { compileGlob } from './glob.ts';
import type { FactMatcher, FrameFacts, StateMatcher } from './rule.ts';

export type Matcher =
  | { readonly on: 'facts'; readonly test: FactMatcher }
  | { readonly on: 'state'; readonly test: StateMatcher };

const YES = new Set(['1', 'yes', 'true', 'on']);

/** null when the key is unknown. */
export function createMatcher(key: string, pattern: string, negate: boolean): Matcher | null {
  switch (key) {
    case 'path':
    case 'stack.abs_path':
      return onFacts(
        pathTest(pattern, (facts) => facts.path),
        negate,
      );
    case 'package':
    case 'stack.package':
      return onFacts(
        pathTest(pattern, (facts) => facts.package),
        negate,
      );
    case 'module':
    case 'stack.module': {
      const glob = compileGlob(pattern);
      return onFacts((facts) => glob(facts.module), negate);
    }
    case 'function':
    case 'stack.function': {
      const glob = compileGlob(pattern);
      return onFacts((facts) => glob(facts.function), negate);
    }
    case 'family': {
      const families = new Set(pattern.split(','));
      return onFacts((facts) => families.has('all') || families.has(facts.family), negate);
    }
    case 'app':
    case 'in-app': {
      const wanted = YES.has(pattern.toLowerCase());
      return onState((state) => state.inApp === wanted, negate);
    }
    case 'category': {
      const glob = compileGlob(pattern);
      return onState((state) => state.category !== null && glob(state.category), negate);
    }
    case 'type':
    case 'error.type': {
      const glob = compileGlob(pattern);
      return onState((_, exception) => glob(exception.type), negate);
    }
    case 'value':
    case 'error.value': {
      const glob = compileGlob(pattern);
      return onState((_, exception) => glob(exception.value), negate);
    }
    case 'mechanism':
    case 'error.mechanism': {
      const glob = compileGlob(pattern);
      return onState((_, exception) => glob(exception.mechanism), negate);
    }
    default:
      return null;
  }
}

export function normalizePath(path: string): string {
  return path.toLowerCase().replaceAll('\\', '/');
}

/** A relative path also matches as if it lay in the root: so a rule for a folder also finds it at the very start. */
function pathTest(pattern: string, pick: (facts: FrameFacts) => string): FactMatcher {
  const glob = compileGlob(normalizePath(pattern), { path: true });
  return (facts) => {
    const path = pick(facts);
    if (path === '') return false;
    return glob(path) || (!path.startsWith('/') && glob(`/${path}`));
  };
}

function onFacts(test: FactMatcher, negate: boolean): Matcher {
  return { on: 'facts', test: negate ? (facts) => !test(facts) : test };
}

function onState(test: StateMatcher, negate: boolean): Matcher {
  return { on: 'state', test: negate ? (state, exception) => !test(state, exception) : test };
}
