/** The ends of a status that a menu has no room for: a release, so many events or users, a date. */
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import type { UntilRequest } from '../../../src/protocol/rest.ts';
import { releasesQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';

interface Props {
  command: 'resolve' | 'archive';
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChoose: (until: UntilRequest) => void;
}

export function UntilDialog({ command, open, onOpenChange, onChoose }: Props) {
  const choose = (until: UntilRequest) => {
    onOpenChange(false);
    onChoose(until);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={command === 'resolve' ? 'Resolved in which release?' : 'Archive until …'}
    >
      {command === 'resolve' ? <ReleaseForm onChoose={choose} /> : <EndForm onChoose={choose} />}
    </Dialog>
  );
}

type FormProps = Pick<Props, 'onChoose'>;

function ReleaseForm({ onChoose }: FormProps) {
  const { project } = useLive();
  const { data: releases } = useQuery(releasesQuery(project.slug));
  const [release, setRelease] = useState('');
  const listId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose({ kind: 'in_release', release: release.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="Release"
        hint="An event of an older release leaves it resolved; one of this or a newer release brings it back."
        list={listId}
        value={release}
        maxLength={250}
        autoComplete="off"
        onChange={(event) => setRelease(event.target.value)}
      />
      <datalist id={listId}>
        {releases?.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Submit disabled={release.trim() === ''}>Resolve</Submit>
    </form>
  );
}

const ENDS = [
  { kind: 'events', label: 'so many more events' },
  { kind: 'users', label: 'so many more users' },
  { kind: 'date', label: 'a date' },
] as const;

function EndForm({ onChoose }: FormProps) {
  const [kind, setKind] = useState<(typeof ENDS)[number]['kind']>('events');
  const [count, setCount] = useState('100');
  const [date, setDate] = useState('');
  const amount = Number(count);
  const at = Date.parse(date);
  const valid = kind === 'date' ? at > Date.now() : Number.isInteger(amount) && amount > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose(kind === 'date' ? { kind, date: new Date(at).toISOString() } : { kind, count: amount });
  };
  return (
    <form onSubmit={submit}>
      <fieldset className="mb-4 flex flex-wrap gap-x-5 gap-y-2">
        <legend className="mb-1.5 text-sm font-medium">It comes back after</legend>
        {ENDS.map((end) => (
          <label key={end.kind} className="flex items-center gap-2">
            <input
              type="radio"
              name="end"
              checked={kind === end.kind}
              onChange={() => setKind(end.kind)}
              className="accent-accent-solid"
            />
            {end.label}
          </label>
        ))}
      </fieldset>
      {kind === 'date' ? (
        <Field
          label="Date and time"
          type="datetime-local"
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      ) : (
        <Field
          label={kind === 'events' ? 'Events' : 'Users'}
          type="number"
          min={1}
          max={1_000_000_000}
          value={count}
          onChange={(event) => setCount(event.target.value)}
        />
      )}
      <Submit disabled={!valid}>Archive</Submit>
    </form>
  );
}

function Submit({ disabled, children }: { disabled: boolean; children: string }) {
  return (
    <div className="mt-5 flex justify-end">
      <Button kind="primary" type="submit" disabled={disabled}>
        {children}
      </Button>
    </div>
  );
}
