/** The one button: four weights, two sizes. */
import type { ButtonHTMLAttributes, Ref } from 'react';
import { classNames } from './class-names.ts';

export type ButtonKind = 'primary' | 'secondary' | 'ghost' | 'danger';

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-50';
const KINDS: Record<ButtonKind, string> = {
  primary: 'bg-accent-solid text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-panel text-text hover:bg-hover',
  ghost: 'text-muted hover:bg-hover hover:text-text data-popup-open:bg-hover data-popup-open:text-text',
  danger: 'border border-line-strong bg-panel text-error hover:bg-error/10',
};

export function buttonClass(kind: ButtonKind = 'secondary', size: 'sm' | 'md' | 'icon' = 'md'): string {
  const sizes = { sm: 'h-7 px-2.5 text-sm', md: 'h-8.5 px-3.5 text-base', icon: 'size-7.5' };
  return classNames(BASE, KINDS[kind], sizes[size]);
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  size?: 'sm' | 'md' | 'icon';
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'secondary', size = 'md', className, type = 'button', ...rest }: Props) {
  return <button type={type} className={classNames(buttonClass(kind, size), className)} {...rest} />;
}
