/** One message of the stream as one terminal line, or null when a terminal has no use for it. */
import type { DownMessage } from '../protocol/down.ts';

const LEVEL_COLOR: Record<string, number> = { debug: 90, info: 36, warning: 33, error: 31, fatal: 35 };

export function formatMessage(message: DownMessage, color: boolean): string | null {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  switch (message.type) {
    case 'event': {
      const { data } = message;
      if (!data) return null;
      const level = paint(LEVEL_COLOR[data.level ?? ''] ?? 0, (data.level ?? '').padEnd(7));
      const where = [data.environment, data.release].filter(Boolean).join(' ');
      return `${clock(message.ts)} ${level} ${clean(data.title ?? '')}  ${paint(90, clean([data.culprit, where].filter(Boolean).join('  ')))}`;
    }
    case 'issue':
      return `${paint(1, `issue ${message.issue_id} ${message.action}`)}  ${clean(message.data?.title ?? '')}`;
    case 'dropped':
      return paint(33, `${message.count} events dropped (${message.reason}): ${message.from}–${message.to}`);
    case 'resync':
      return paint(33, `cannot resume (${message.reason}): following from now`);
    case 'error':
      return paint(31, `${message.code}: ${message.message}`);
    default:
      return null;
  }
}

function clock(ts: number): string {
  return new Date(ts).toTimeString().slice(0, 8);
}

/** Titles come from anybody with a DSN: control characters must not reach the terminal. */
function clean(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
