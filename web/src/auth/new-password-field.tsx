/** A password to choose, with a hint how good it is. The server decides. */
import { classNames } from '../ui/class-names.ts';
import { Field } from '../ui/field.tsx';
import { MIN_PASSWORD, passwordStrength } from './password-strength.ts';

interface Props {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}

export function NewPasswordField({ label = 'Password', value, onChange, error }: Props) {
  const { score, words } = passwordStrength(value);
  return (
    <div>
      <Field
        label={label}
        type="password"
        autoComplete="new-password"
        required
        minLength={MIN_PASSWORD}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        hint={words}
        error={error}
      />
      <StrengthBar score={score} />
    </div>
  );
}

const BAR = ['bg-line', 'bg-error', 'bg-warning', 'bg-accent', 'bg-ok'];

function StrengthBar({ score }: { score: number }) {
  return (
    <div className="mt-2 grid grid-cols-4 gap-1" aria-hidden="true">
      {[1, 2, 3, 4].map((step) => (
        <div
          key={step}
          className={classNames('h-1 rounded-full transition-colors', score >= step ? BAR[score] : 'bg-line')}
        />
      ))}
    </div>
  );
}
