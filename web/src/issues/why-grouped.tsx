/** Why the issue's latest event is in it: the ways to look at an event, their values, the rules, the hashes. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { GroupingVariant, IssueGrouping } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { groupingQuery, issueQuery } from '../app/queries.ts';
import { Section } from '../events/section.tsx';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { showToast } from '../ui/toast-store.ts';
import { GroupingTree } from './grouping-tree.tsx';

const NAMES: Record<string, string> = {
  app: 'your frames',
  system: 'all frames',
  default: 'message',
  fallback: 'nothing to go by',
  checksum: 'checksum',
  'hashed-checksum': 'checksum',
  'custom-fingerprint': 'custom fingerprint',
};

export function WhyGrouped({ issueId }: { issueId: string }) {
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({ ...groupingQuery(issueId), enabled: open });
  return (
    <Section
      title="Why grouped"
      note={data === undefined ? undefined : `grouping ${data.version}`}
      actions={
        <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Explain'}
        </Button>
      }
    >
      {!open && (
        <p className="text-muted">Which values of the event make this issue, and which rules had a say.</p>
      )}
      {open && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {open && error === null && data === undefined && <Skeleton className="h-40 w-full" />}
      {open && data !== undefined && <Explanation issueId={issueId} grouping={data} />}
    </Section>
  );
}

function Explanation({ issueId, grouping }: { issueId: string; grouping: IssueGrouping }) {
  const { variants, hashes, rules, fingerprint_rule: fingerprintRule } = grouping;
  const first = variants.findIndex((variant) => variant.hash !== null);
  const [chosen, setChosen] = useState(Math.max(first, 0));
  const [countingOnly, setCountingOnly] = useState(true);
  const variant = variants[chosen];
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const { project } = useLive();
  const navigate = useNavigate();
  const client = useQueryClient();
  const show = (id: string) =>
    navigate({ to: '/projects/$slug/issues/$issueId', params: { slug: project.slug, issueId: id } });
  const undo = useMutation({
    mutationFn: (made: string) => api.mergeIssues(issueId, [made]),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: groupingQuery(issueId).queryKey });
      await client.invalidateQueries({ queryKey: issueQuery(issueId).queryKey });
      await show(issueId);
    },
    onError: (error) => showToast({ title: 'That did not work', description: error.message, kind: 'error' }),
  });
  const unmerge = useMutation({
    mutationFn: (chosenHashes: string[]) => api.unmergeIssue(issueId, chosenHashes),
    async onSuccess({ issue_id: made }) {
      showToast({
        title: 'Moved to a new issue',
        action: { label: 'Undo', run: () => undo.mutate(made) },
      });
      await client.invalidateQueries({ queryKey: groupingQuery(issueId).queryKey });
      await show(made);
    },
  });
  return (
    <div className="space-y-4">
      <p className="max-w-prose text-muted">
        An event joins the first issue that owns one of its hashes. A hash is made of the values marked as
        counting, in this order.
      </p>
      {grouping.event_id === null && (
        <p className="text-muted">No event is stored any more, so only the hashes are known.</p>
      )}
      {variant !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line">
          <div className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken/60 px-3 py-2">
            <div role="group" aria-label="Variant" className="flex flex-wrap gap-1">
              {variants.map((one, index) => (
                <button
                  key={one.name}
                  type="button"
                  aria-pressed={index === chosen}
                  onClick={() => setChosen(index)}
                  className="h-7 rounded-md px-2.5 text-sm text-muted hover:bg-hover hover:text-text aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-text"
                >
                  {NAMES[one.name] ?? one.name}
                  {one.hash === null && <span className="ml-1.5 text-faint">not used</span>}
                </button>
              ))}
            </div>
            <label className="ml-auto flex items-center gap-1.5 text-sm text-muted select-none">
              <input
                type="checkbox"
                checked={countingOnly}
                onChange={(event) => setCountingOnly(event.target.checked)}
                className="accent-accent-solid"
              />
              Only what counts
            </label>
          </div>
          <VariantView key={chosen} variant={variant} countingOnly={countingOnly} />
        </div>
      )}
      {fingerprintRule !== null && <Rules title="Fingerprint rule" rules={[fingerprintRule]} />}
      {rules.length > 0 && <Rules title="Stack trace rules that matched" rules={rules} />}
      <div>
        <h3 className="mb-1.5 text-sm font-medium text-muted">
          {hashes.length === 1 ? 'The hash of this issue' : `The ${hashes.length} hashes of this issue`}
        </h3>
        <ul aria-label="Hashes" className="space-y-0.5">
          {hashes.map(({ hash, latest }) => (
            <li key={hash} className="flex items-center gap-2">
              {hashes.length > 1 && (
                <input
                  type="checkbox"
                  aria-label={`Take out hash ${hash.slice(0, 8)}`}
                  checked={out.has(hash)}
                  onChange={() => setOut(toggled(out, hash))}
                  className="accent-accent-solid"
                />
              )}
              <code className="font-mono text-[0.78rem] break-all">{hash}</code>
              <CopyButton text={hash} label={`Copy hash ${hash.slice(0, 8)}`} />
              {latest && <span className="text-sm text-faint">of the latest event</span>}
            </li>
          ))}
        </ul>
        {out.size > 0 && (
          <div className="mt-2 flex flex-wrap items-center gap-2">
            <Button
              size="sm"
              disabled={out.size === hashes.length || unmerge.isPending}
              onClick={() => unmerge.mutate([...out])}
            >
              Move to a new issue
            </Button>
            <span className="text-sm text-muted">
              {out.size === hashes.length
                ? 'One hash at least must stay.'
                : 'Events stored under them go along, and new ones follow.'}
            </span>
            {unmerge.error !== null && <span className="text-sm text-error">{unmerge.error.message}</span>}
          </div>
        )}
      </div>
    </div>
  );
}

function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

function VariantView({ variant, countingOnly }: { variant: GroupingVariant; countingOnly: boolean }) {
  // What does not count as a whole is shown as a whole: that is what one came to see.
  const all = !countingOnly || variant.component?.contributes === false;
  return (
    <div className="p-2">
      {variant.values !== null && (
        <ol aria-label="Fingerprint" className="space-y-0.5 px-1.5 py-1">
          {variant.values.map((value, index) => (
            <li key={index}>
              <code className="font-mono text-[0.78rem] break-all">{value}</code>
            </li>
          ))}
        </ol>
      )}
      {variant.component !== null && <GroupingTree node={variant.component} countingOnly={!all} />}
      {variant.values === null && variant.component === null && (
        <p className="px-1.5 py-1 text-muted">The event holds nothing that tells it from another one.</p>
      )}
    </div>
  );
}

function Rules({ title, rules }: { title: string; rules: readonly string[] }) {
  return (
    <div>
      <h3 className="mb-1.5 text-sm font-medium text-muted">{title}</h3>
      <ul aria-label={title} className="space-y-0.5">
        {rules.map((rule) => (
          <li key={rule}>
            <code className="font-mono text-[0.78rem] break-all">{rule}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
