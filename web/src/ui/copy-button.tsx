/** Copies a text; says so for two seconds. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonKind } from './button.tsx';
import { showToast } from './toast-store.ts';

interface Props {
  text: string | (() => string);
  /** Accessible name, for example `Copy DSN`. */
  label: string;
  showLabel?: boolean;
  kind?: ButtonKind;
}

export function CopyButton({ text, label, showLabel = false, kind = 'ghost' }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    // The clipboard is missing outside secure contexts: a self-hosted server on plain http is one.
    const value = typeof text === 'string' ? text : text();
    copyText(value).then(
      () => setCopied(true),
      () =>
        showToast({ title: 'Copying is not allowed here', description: 'Select the text.', kind: 'error' }),
    );
  };
  // The name holds the words that are seen.
  const name = copied && showLabel ? `${label}: Copied` : label;
  return (
    <Button kind={kind} size={showLabel ? 'sm' : 'icon'} aria-label={name} onClick={copy}>
      {copied ? (
        <Check size={14} className="text-ok" aria-hidden="true" />
      ) : (
        <Copy size={14} aria-hidden="true" />
      )}
      {showLabel && (copied ? 'Copied' : label)}
    </Button>
  );
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('copy refused');
}
