/** A role in an organization; only owners give and take that of an owner. */
import type { Member } from '../../../src/protocol/rest.ts';
import { INPUT } from '../ui/field.tsx';

type Role = Member['role'];

const ROLES: readonly { role: Role; label: string }[] = [
  { role: 'member', label: 'Member' },
  { role: 'admin', label: 'Admin' },
  { role: 'owner', label: 'Owner' },
];

interface Props {
  id?: string;
  label?: string;
  value: Role;
  owners: boolean;
  disabled?: boolean;
  onChange: (role: Role) => void;
}

export function RoleSelect({ id, label, value, owners, disabled, onChange }: Props) {
  return (
    <select
      id={id}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => {
        const chosen = ROLES.find(({ role }) => role === event.target.value);
        if (chosen !== undefined) onChange(chosen.role);
      }}
      className={`${INPUT} max-w-30`}
    >
      {ROLES.filter(({ role }) => owners || role !== 'owner').map(({ role, label: name }) => (
        <option key={role} value={role}>
          {name}
        </option>
      ))}
    </select>
  );
}
