/** Who works on the issue: me, nobody, or another member. */
import { useQuery } from '@tanstack/react-query';
import { Check, User, UserMinus } from 'lucide-react';
import type { Issue, Member } from '../../../src/protocol/rest.ts';
import { membersQuery, meQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { useIssueCommands } from './use-issue-commands.ts';

export function AssigneePicker({ issue }: { issue: Issue }) {
  const { project } = useLive();
  const commands = useIssueCommands();
  const { data: me } = useQuery(meQuery);
  const { data: members = [] } = useQuery(membersQuery(project.organization_slug));
  const current = issue.assigned_to;
  const member = members.find((one) => one.user_id === current);
  const name = current === null ? 'Nobody' : current === me?.id ? 'you' : nameOf(member);
  const assign = (userId: string | null) => {
    if (userId !== current) void commands.assign([issue], userId);
  };
  return (
    <Menu
      label={`Assignee: ${name}`}
      triggerClassName={buttonClass('secondary')}
      trigger={
        current === null ? (
          <>
            <User size={15} aria-hidden="true" className="text-faint" />
            <span className="font-normal text-faint">Assignee:</span> Nobody
          </>
        ) : (
          <>
            <Initial name={current === me?.id ? me.name || me.email : name} />
            <span className="max-w-40 truncate">{name}</span>
          </>
        )
      }
    >
      {me !== undefined && (
        <MenuItem onSelect={() => assign(me.id)}>
          <Initial name={me.name || me.email} />
          <span className="flex-1">Me</span>
          {current === me.id && <Check size={14} aria-label="assigned" className="text-accent" />}
        </MenuItem>
      )}
      {members
        .filter((one) => one.user_id !== me?.id)
        .map((one) => (
          <MenuItem key={one.user_id} onSelect={() => assign(one.user_id)}>
            <Initial name={nameOf(one)} />
            <span className="flex-1 truncate">{nameOf(one)}</span>
            {current === one.user_id && <Check size={14} aria-label="assigned" className="text-accent" />}
          </MenuItem>
        ))}
      {current !== null && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => assign(null)}>
            <UserMinus size={15} aria-hidden="true" className="mx-0.5" />
            Nobody
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function nameOf(member: Member | undefined): string {
  return member === undefined ? 'someone' : member.name || member.email;
}

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center rounded-full bg-active text-xs font-semibold text-accent uppercase"
    >
      {Array.from(name)[0]}
    </span>
  );
}
