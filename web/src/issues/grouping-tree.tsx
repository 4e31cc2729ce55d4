/** The values that make a hash, as a tree: what counts is marked, what does not says why. */
import { Check, Minus } from 'lucide-react';
import type { GroupingNode } from '../../../src/protocol/rest.ts';
import { classNames } from '../ui/class-names.ts';

interface Props {
  node: GroupingNode;
  /** Leaves out what does not count. */
  countingOnly: boolean;
}

export function GroupingTree({ node, countingOnly }: Props) {
  return (
    <ul aria-label={`Values of ${node.id}`} className="space-y-px">
      <TreeRow node={node} countingOnly={countingOnly} />
    </ul>
  );
}

function TreeRow({ node, countingOnly }: Props) {
  const texts = node.values.filter((value) => typeof value === 'string');
  const children = node.values.filter((value) => typeof value !== 'string').filter(isWorthShowing);
  const shown = countingOnly ? children.filter((child) => child.contributes) : children;
  const hidden = children.length - shown.length;
  return (
    <li>
      <div
        className={classNames(
          'flex items-baseline gap-2 rounded px-1.5 py-0.5 hover:bg-hover',
          !node.contributes && 'text-faint',
        )}
      >
        <Mark counts={node.contributes} />
        <span className="shrink-0 text-sm text-muted">{node.id.replaceAll('-', ' ')}</span>
        {texts.length > 0 && (
          <code
            className={classNames(
              'min-w-0 font-mono text-[0.78rem] break-all',
              !node.contributes && 'line-through decoration-line-strong',
            )}
          >
            {texts.join(' ')}
          </code>
        )}
        {node.hint !== null && <span className="min-w-0 text-sm break-words text-faint">{node.hint}</span>}
      </div>
      {(shown.length > 0 || hidden > 0) && (
        <ul className="ml-3 space-y-px border-l border-line pl-2.5">
          {shown.map((child, index) => (
            <TreeRow key={`${index}:${child.id}`} node={child} countingOnly={countingOnly} />
          ))}
          {shown.length === 0 && hidden > 0 && (
            <li className="px-1.5 text-sm text-faint">{hidden} that do not count</li>
          )}
        </ul>
      )}
    </li>
  );
}

/** An empty leaf says nothing, unless it says why. */
function isWorthShowing(node: GroupingNode): boolean {
  return node.values.length > 0 || node.hint !== null;
}

function Mark({ counts }: { counts: boolean }) {
  const look = 'shrink-0 self-center';
  return counts ? (
    <Check size={13} aria-label="counts" className={classNames(look, 'text-ok')} />
  ) : (
    <Minus size={13} aria-label="does not count" className={classNames(look, 'text-faint')} />
  );
}
