/**
 * The button of something that opens. Until it is first wanted it is a plain button, so that popups are no part of the
 * first view; `children` then takes its place, opened, with the same button.
 */
import { Suspense, useState, type KeyboardEvent, type ReactNode } from 'react';

interface Props {
  /** The name, where the trigger's text is not enough of one. */
  label?: string;
  trigger: ReactNode;
  triggerClassName: string;
  popup?: 'menu' | 'dialog';
  load: () => Promise<unknown>;
  children: ReactNode;
}

export function OpenedOnce({ label, trigger, triggerClassName, popup = 'menu', load, children }: Props) {
  const [wanted, setWanted] = useState(false);
  const preload = () => void load().catch(() => undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setWanted(true);
  };
  const button = (
    <button
      type="button"
      aria-label={label}
      aria-haspopup={popup}
      aria-expanded={false}
      className={triggerClassName}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => setWanted(true)}
      onKeyDown={onKeyDown}
    >
      {trigger}
    </button>
  );
  return wanted ? <Suspense fallback={button}>{children}</Suspense> : button;
}
