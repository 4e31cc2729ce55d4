/**
 * Exceptions that hold several others (AggregateException, ExceptionGroup, AggregateError): which of them make the
 * issue. The group itself says nothing, so its distinct first-level members count. A broken tree (a missing root or
 * id, a cycle) is not interpreted: then all exceptions count, as in a plain chain.
 */
import type { Exception } from '../../event.ts';

/** Gives equal strings for exceptions that would group together. */
export type ExceptionIdentity = (exception: Exception) => string;

export interface ReducedExceptions {
  readonly exceptions: readonly Exception[];
  /** The one that names the issue, when the group was reduced to one. */
  readonly main: Exception | null;
}

export function reduceExceptionGroups(
  exceptions: readonly Exception[],
  identity: ExceptionIdentity,
): ReducedExceptions {
  const all = { exceptions, main: null };
  if (exceptions.length < 2) return all;
  const tree = buildTree(exceptions);
  if (!tree?.root) return all;
  const members = membersOf(tree.root, tree);
  if (!members) return all;
  const distinct = distinctMembers(members, identity);
  const [only] = distinct;
  if (!only || distinct.length > 1) return { exceptions: [...distinct, tree.root], main: null };
  const path = firstPath(only, tree);
  return path ? { exceptions: path, main: only } : all;
}

interface Tree {
  readonly root: Exception | undefined;
  readonly children: ReadonlyMap<number, readonly Exception[]>;
}

/** null when an exception does not say who it is. */
function buildTree(exceptions: readonly Exception[]): Tree | null {
  const children = new Map<number, Exception[]>();
  let root: Exception | undefined;
  for (const exception of exceptions.toReversed()) {
    const id = exception.mechanism?.exception_id;
    const parent = exception.mechanism?.parent_id;
    if (id === undefined) return null;
    if (id === 0) root = exception;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(exception);
    else children.set(parent, [exception]);
  }
  return { root, children };
}

function childrenOf(exception: Exception, tree: Tree): readonly Exception[] {
  return tree.children.get(exception.mechanism?.exception_id ?? -1) ?? [];
}

/** The first exceptions below the root that are not groups themselves; null when the groups form a cycle. */
function membersOf(root: Exception, tree: Tree): Exception[] | null {
  const found: Exception[] = [];
  const seen = new Set<Exception>();
  const visit = (exception: Exception): boolean => {
    if (exception.mechanism?.is_exception_group !== true) {
      found.push(exception);
      return true;
    }
    if (seen.has(exception)) return false;
    seen.add(exception);
    return childrenOf(exception, tree).every(visit);
  };
  return visit(root) ? found : null;
}

/** One of each kind, ordered by type so that the order in which a program collected them does not matter. */
function distinctMembers(members: readonly Exception[], identity: ExceptionIdentity): Exception[] {
  const sorted = members.toSorted((a, b) => {
    const left = a.type ?? 'None';
    const right = b.type ?? 'None';
    return left < right ? 1 : left > right ? -1 : 0;
  });
  const distinct: Exception[] = [];
  let previous: string | null = null;
  for (const member of sorted) {
    const id = identity(member);
    if (id !== previous) distinct.push(member);
    previous = id;
  }
  return distinct;
}

/** From an exception down its first causes; null on a cycle. */
function firstPath(start: Exception, tree: Tree): Exception[] | null {
  const path: Exception[] = [];
  const seen = new Set<Exception>();
  for (let at: Exception | undefined = start; at; at = childrenOf(at, tree)[0]) {
    if (seen.has(at)) return null;
    seen.add(at);
    path.push(at);
  }
  return path;
}
