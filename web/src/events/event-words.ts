/** An event as text, for a mail, and as Markdown, for a ticket. Event data stands in code: it is never markup there. */
import type { Exception, Frame, SentryEvent, Stacktrace } from '../../../src/event.ts';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { sourceLines, stackRows } from './frame-order.ts';

const CRUMBS = 15;

export function eventAsText(detail: EventDetail, link: string): string {
  const facts = factsOf(detail).map(([name, value]) => `${name}: ${value}`);
  const parts = [
    [detail.title, ...facts, link].join('\n'),
    ...blocksOf(detail.event).map(({ title, lines }) => `${title}\n${lines.join('\n')}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function eventAsMarkdown(detail: EventDetail, link: string): string {
  const facts = factsOf(detail).map(([name, value]) => `- ${name}: ${inlineCode(value)}`);
  const parts = [
    `### ${inlineCode(detail.title)}`,
    [...facts, `- <${link}>`].join('\n'),
    ...blocksOf(detail.event).map(({ title, lines }) => `**${title}**\n\n${fenced(lines.join('\n'))}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function factsOf({ event, culprit }: EventDetail): [string, string][] {
  const { request, user, tags } = event;
  const facts: [string, string | undefined][] = [
    ['Culprit', culprit],
    ['Level', event.level],
    ['When', new Date(event.timestamp).toISOString()],
    ['Environment', event.environment],
    ['Release', event.release],
    ['Platform', event.platform],
    ['Transaction', event.transaction],
    ['Request', request?.url === undefined ? undefined : `${request.method ?? 'GET'} ${request.url}`],
    ['User', user?.id ?? user?.username ?? user?.email],
    ['Tags', tags.length === 0 ? undefined : tags.map(([key, value]) => `${key}=${value}`).join(', ')],
    ['Event', event.event_id],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, oneLine(value)]],
  );
}

interface Block {
  title: string;
  lines: string[];
}

function blocksOf(event: SentryEvent): Block[] {
  const exceptions = (event.exception ?? []).toReversed();
  const blocks: Block[] = [];
  if (exceptions.length > 0) blocks.push({ title: 'Exception', lines: exceptions.flatMap(exceptionLines) });
  else if (event.message !== undefined) blocks.push({ title: 'Message', lines: [event.message] });
  const stack = event.stacktrace ?? event.threads?.find((thread) => thread.crashed)?.stacktrace;
  if (exceptions.length === 0 && stack !== undefined)
    blocks.push({ title: 'Stack', lines: stackLines(stack) });
  const crumbs = (event.breadcrumbs ?? []).slice(-CRUMBS);
  if (crumbs.length > 0)
    blocks.push({
      title: 'Breadcrumbs',
      lines: crumbs.map(({ timestamp, category, type, level, message, data }) =>
        [
          timestamp === undefined ? null : new Date(timestamp).toISOString().slice(11, 23),
          category ?? type ?? 'default',
          level === undefined || level === 'info' ? null : `[${level}]`,
          message === undefined ? null : oneLine(message),
          data === undefined ? null : JSON.stringify(data),
        ]
          .filter((part) => part !== null)
          .join('  '),
      ),
    });
  return blocks;
}

function exceptionLines({ type, value, stacktrace }: Exception, index: number): string[] {
  const head = `${type ?? 'Error'}${value === undefined ? '' : `: ${value}`}`;
  return [
    index === 0 ? head : `Caused by: ${head}`,
    ...(stacktrace === undefined ? [] : stackLines(stacktrace)),
  ];
}

/** The program's own frames, newest first, with the line that ran; runs of others counted. */
function stackLines({ frames, frames_omitted: omitted }: Stacktrace): string[] {
  const lines = stackRows(frames, true, true).flatMap((row) =>
    row.kind === 'hidden' ? [`    … ${row.count} more of libraries`] : frameLines(row.frame),
  );
  return omitted === undefined ? lines : [...lines, `    … ${omitted} cut from the middle`];
}

function frameLines(frame: Frame): string[] {
  const file = frame.filename ?? frame.module ?? frame.abs_path ?? frame.package ?? '?';
  const place = [file, frame.lineno, frame.colno].filter((part) => part !== undefined).join(':');
  const ran = sourceLines(frame)
    .find((line) => line.current)
    ?.text.trim();
  return [
    frame.function === undefined ? `    at ${place}` : `    at ${frame.function} (${place})`,
    ...(ran === undefined || ran === '' ? [] : [`       > ${ran}`]),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

/** More backticks around it than there are together within. */
function inlineCode(text: string): string {
  const line = oneLine(text);
  const ticks = '`'.repeat(longestRun(line) + 1);
  // Spaces that are taken away again, or a backtick at the end would belong to the fence.
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

function fenced(text: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}text\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
