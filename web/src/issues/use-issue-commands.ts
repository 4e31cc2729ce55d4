/** Commands on issues: shown at once, confirmed by the live message, undone from the toast. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { IssuePriority, IssueStatus } from '../../../src/protocol/change.ts';
import type { Issue, UntilRequest } from '../../../src/protocol/rest.ts';
import { api, ApiError, type BulkChange, type IssueCommand } from '../app/api.ts';
import { activityQuery, groupingQuery, issueListKey, issueQuery, similarQuery } from '../app/queries.ts';
import type { IssueFilter } from '../live/issue-filter.ts';
import { useLive } from '../live/project-live.tsx';
import { removeIssuesNow, writeIssueNow } from '../live/write-cache.ts';
import { showToast } from '../ui/toast-store.ts';
import { untilAgain } from './until-words.ts';

const TO_STATUS: Record<Exclude<IssueCommand, 'discard'>, IssueStatus> = {
  resolve: 'resolved',
  unresolve: 'unresolved',
  archive: 'archived',
};
const BACK: Record<IssueStatus, Exclude<IssueCommand, 'discard'>> = {
  resolved: 'resolve',
  unresolved: 'unresolve',
  archived: 'archive',
};
const DONE: Record<IssueCommand, string> = {
  resolve: 'Resolved',
  unresolve: 'Reopened',
  archive: 'Archived',
  discard: 'Discarded',
};

const CHANGED: Record<BulkChange['action'], string> = {
  ...DONE,
  assign: 'Assigned',
  priority: 'Changed the priority of',
};

export interface IssueCommands {
  setStatus: (
    issues: readonly Issue[],
    command: Exclude<IssueCommand, 'discard'>,
    until?: UntilRequest,
  ) => Promise<void>;
  /** Into the one with the most events. */
  merge: (issues: readonly Issue[]) => Promise<void>;
  mergeInto: (target: Issue, others: readonly Issue[]) => Promise<void>;
  discard: (issues: readonly Issue[]) => Promise<void>;
  /** Unlike `discard`: the next event makes it anew. */
  remove: (issue: Issue) => Promise<void>;
  /** null: to nobody. */
  assign: (issues: readonly Issue[], userId: string | null) => Promise<void>;
  prioritize: (issues: readonly Issue[], priority: IssuePriority) => Promise<void>;
  /** All that the list would show, loaded or not. */
  changeMatching: (matches: IssueMatches, change: BulkChange) => Promise<void>;
}

/** What a list was asked with. */
export type IssueMatches = Pick<IssueFilter, 'q' | 'since' | 'until'>;
type Field = Partial<Pick<Issue, 'assigned_to' | 'priority'>>;

export function countWords(count: number): string {
  return count === 1 ? '1 issue' : `${count.toLocaleString('en')} issues`;
}

export function useIssueCommands(): IssueCommands {
  const client = useQueryClient();
  const { project } = useLive();
  const { id, slug } = project;

  const refetch = useCallback(
    (issues: readonly { id: string }[]) => {
      void client.invalidateQueries({ queryKey: issueListKey(slug) });
      for (const issue of issues) void client.invalidateQueries({ queryKey: issueQuery(issue.id).queryKey });
    },
    [client, slug],
  );

  return useMemo(() => {
    const failed = (issues: readonly Issue[], error: unknown) => {
      refetch(issues);
      const hint = error instanceof ApiError ? `${error.message} ${error.hint}` : '';
      showToast({ title: 'That did not work', description: hint, kind: 'error' });
    };
    const run = async (
      issues: readonly Issue[],
      command: Exclude<IssueCommand, 'discard'>,
      until?: UntilRequest,
    ): Promise<boolean> => {
      writeIssueNow(
        client,
        { id, slug },
        issues.map((issue) => issue.id),
        { status: TO_STATUS[command] },
      );
      try {
        await api.changeIssues(
          slug,
          issues.map((issue) => issue.id),
          { action: command, ...(until !== undefined && { until }) },
        );
        // What ends the new state is not in the live message.
        for (const issue of issues)
          void client.invalidateQueries({ queryKey: issueQuery(issue.id).queryKey });
        return true;
      } catch (error) {
        failed(issues, error);
        return false;
      }
    };
    /** As they were, with what would have ended that state. */
    const undo = async (issues: readonly Issue[]) => {
      const states = issues.map((issue) => ({ issue, until: untilAgain(issue) }));
      const groups = Map.groupBy(states, ({ issue, until }) => JSON.stringify([issue.status, until]));
      for (const group of groups.values()) {
        const [first] = group;
        if (first === undefined) continue;
        const { issue, until } = first;
        await run(
          group.map((one) => one.issue),
          BACK[issue.status],
          until,
        );
      }
      refetch(issues);
    };
    /** Hashes lead events to their issue: taken out again, they are the issue they were. */
    const takeApart = async (target: Issue, parts: readonly string[][]) => {
      try {
        for (const hashes of parts) await api.unmergeIssue(target.id, hashes);
      } catch (error) {
        failed([target], error);
      }
      refetch([target]);
      void client.invalidateQueries({ queryKey: similarQuery(target.id).queryKey });
    };
    const mergeInto = async (target: Issue, others: readonly Issue[]) => {
      const ids = others.map((issue) => issue.id);
      try {
        const parts = await Promise.all(
          ids.map(async (one) => (await api.grouping(one)).hashes.map(({ hash }) => hash)),
        );
        await api.mergeIssues(target.id, ids);
        removeIssuesNow(client, { id, slug }, ids);
        refetch([target]);
        for (const query of [similarQuery, groupingQuery, activityQuery])
          void client.invalidateQueries({ queryKey: query(target.id).queryKey });
        showToast({
          title: `Merged ${others.length + 1} issues`,
          description: target.title,
          action: { label: 'Undo', run: () => void takeApart(target, parts) },
        });
      } catch (error) {
        failed([target, ...others], error);
      }
    };
    /** Shown at once; undone by setting back what each issue had. */
    const setField = async (
      issues: readonly Issue[],
      field: Field,
      change: BulkChange,
      title: string,
      before: (issue: Issue) => BulkChange,
    ) => {
      const ids = issues.map((issue) => issue.id);
      if (ids.length === 0) return;
      writeIssueNow(client, { id, slug }, ids, field);
      try {
        await api.changeIssues(slug, ids, change);
      } catch (error) {
        failed(issues, error);
        return;
      }
      const back = async () => {
        const groups = Map.groupBy(issues, (issue) => JSON.stringify(before(issue)));
        try {
          for (const group of groups.values()) {
            const [one] = group;
            if (one === undefined) continue;
            const members = group.map((issue) => issue.id);
            await api.changeIssues(slug, members, before(one));
          }
          refetch(issues);
        } catch (error) {
          failed(issues, error);
        }
      };
      showToast({ title, action: { label: 'Undo', run: () => void back() } });
    };
    return {
      async setStatus(issues, command, until) {
        const changed = issues.filter((issue) => issue.status !== TO_STATUS[command]);
        if (changed.length === 0 || !(await run(changed, command, until))) return;
        showToast({
          title: `${DONE[command]} ${countWords(changed.length)}`,
          action: { label: 'Undo', run: () => void undo(changed) },
        });
      },
      async merge(issues) {
        const [target, ...others] = issues.toSorted((a, b) => b.event_count - a.event_count);
        if (target === undefined || others.length === 0) return;
        await mergeInto(target, others);
      },
      mergeInto,
      async discard(issues) {
        const ids = issues.map((issue) => issue.id);
        try {
          await api.changeIssues(slug, ids, { action: 'discard' });
          removeIssuesNow(client, { id, slug }, ids);
          showToast({ title: `${DONE.discard} ${countWords(ids.length)}` });
        } catch (error) {
          failed(issues, error);
        }
      },
      async remove(issue) {
        try {
          await api.deleteIssue(issue.id);
          removeIssuesNow(client, { id, slug }, [issue.id]);
          showToast({ title: 'Deleted 1 issue' });
        } catch (error) {
          failed([issue], error);
        }
      },
      assign: (issues, userId) =>
        setField(
          issues,
          { assigned_to: userId },
          { action: 'assign', assignee: userId },
          userId === null ? 'Nobody is assigned' : `Assigned ${countWords(issues.length)}`,
          (issue) => ({ action: 'assign', assignee: issue.assigned_to }),
        ),
      prioritize: (issues, priority) =>
        setField(
          issues,
          { priority },
          { action: 'priority', priority },
          `Priority is ${priority}`,
          (issue) => ({ action: 'priority', priority: issue.priority }),
        ),
      async changeMatching({ q, since, until }, change) {
        try {
          const where = { query: q, since, ...(until !== '' && { until }) };
          const { affected } = await api.bulkIssues(slug, { where, ...change });
          showToast({ title: `${CHANGED[change.action]} ${countWords(affected)}` });
        } catch (error) {
          failed([], error);
        }
        void client.invalidateQueries({ queryKey: issueListKey(slug) });
      },
    };
  }, [client, id, slug, refetch]);
}
