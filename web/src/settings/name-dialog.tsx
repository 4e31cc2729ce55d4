/** A dialog that asks for one name. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  label: string;
  placeholder: string;
  submit: string;
  pending: boolean;
  onSubmit: (name: string) => void;
  children?: ReactNode;
}

export function NameDialog({ open, onOpenChange, title, children, ...form }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <NameForm {...form}>{children}</NameForm>
    </Dialog>
  );
}

type FormProps = Omit<Props, 'open' | 'onOpenChange' | 'title'>;

function NameForm({ label, placeholder, submit, pending, onSubmit, children }: FormProps) {
  const [name, setName] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') onSubmit(name.trim());
  };
  return (
    <form onSubmit={send} className="space-y-4">
      <Field
        label={label}
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={placeholder}
        required
        maxLength={64}
      />
      {children}
      <div className="flex justify-end">
        <Button kind="primary" type="submit" disabled={pending || name.trim() === ''}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
