/** What can be done with the issue that is shown, for the command palette. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { useOfferActions, type PageAction } from '../app/page-actions.ts';
import { meQuery } from '../app/queries.ts';
import { useIssueCommands } from './use-issue-commands.ts';

export function useIssueActions(issue: Issue | undefined): void {
  const commands = useIssueCommands();
  const { data: me } = useQuery(meQuery);
  const myId = me?.id;
  const actions = useMemo((): PageAction[] => {
    if (issue === undefined) return [];
    const offered: PageAction[] = [];
    if (issue.status === 'unresolved')
      offered.push({ label: 'Resolve this issue', run: () => void commands.setStatus([issue], 'resolve') });
    else
      offered.push({ label: 'Reopen this issue', run: () => void commands.setStatus([issue], 'unresolve') });
    if (issue.status !== 'archived')
      offered.push({ label: 'Archive this issue', run: () => void commands.setStatus([issue], 'archive') });
    if (myId !== undefined && issue.assigned_to !== myId)
      offered.push({ label: 'Assign this issue to me', run: () => void commands.assign([issue], myId) });
    if (issue.assigned_to !== null)
      offered.push({ label: 'Unassign this issue', run: () => void commands.assign([issue], null) });
    return offered;
  }, [issue, commands, myId]);
  useOfferActions(actions);
}
