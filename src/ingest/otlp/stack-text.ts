/**
 * Stack traces that are text (OpenTelemetry's `exception.stacktrace`) as frames, oldest first, and what caused them.
 * Knows the traces of JavaScript, Java and Python; of others nothing is read, and the text is kept beside.
 */
import { LIMITS } from '../limits.ts';

export interface TextFrame {
  function?: string;
  filename?: string;
  module?: string;
  lineno?: number;
  colno?: number;
}

/** What caused an exception; a head that says neither leaves both out. */
export interface TextCause {
  type?: string;
  value?: string;
  frames: TextFrame[];
}

const MAX_TEXT = 256 * 1024;
const MAX_LINE = 1024;
const MAX_LINES = LIMITS.frames * 16;

const JS_CALL = /^\s*at (?:async )?(?:(.{1,400}?) \()?([^()\s][^()]{0,900}):(\d{1,9}):(\d{1,9})\)?\s*$/;
const JAVA_CALL =
  /^\s*at (?:[^()/\s]{1,100}\/{1,2})?([\w$.<>]{1,400})\.([\w$<>]{1,200})\(([^():]{1,300})(?::(\d{1,9}))?\)\s*$/;
const PYTHON_CALL = /^\s*File "([^"]{1,900})", line (\d{1,9})(?:, in (.{1,300}))?\s*$/;

/** In Java the cause comes after, in Python before. */
const JAVA_CAUSE = /^Caused by: /;
const PYTHON_NEXT =
  /^(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):$/;
const HEAD = /^([^:\s]{1,200})(?:: ?([^]*))?$/;

export function readStack(text: string): { frames: TextFrame[]; causes: TextCause[] } {
  const blocks: string[][] = [[]];
  let newestLast = false;
  for (const line of text.slice(0, MAX_TEXT).split('\n', MAX_LINES)) {
    const next = PYTHON_NEXT.test(line);
    newestLast ||= next;
    if (next || JAVA_CAUSE.test(line)) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  if (!newestLast) blocks.reverse();
  const frames = framesOf(blocks.pop() ?? []);
  return { frames, causes: blocks.map(newestLast ? pythonCause : javaCause) };
}

function javaCause(lines: readonly string[]): TextCause {
  const end = lines.findIndex((line) => /^\s+(?:at |\.\.\. )/.test(line));
  const head = lines.slice(0, end === -1 ? undefined : end).join('\n');
  return { ...headOf(head.replace(JAVA_CAUSE, '')), frames: framesOf(lines) };
}

function pythonCause(lines: readonly string[]): TextCause {
  const start = lines.findLastIndex((line) => PYTHON_CALL.test(line)) + 1;
  const head = lines.slice(start).findIndex((line) => /^\S/.test(line));
  const text = head === -1 ? '' : lines.slice(start + head).join('\n');
  return { ...headOf(text), frames: framesOf(lines) };
}

function headOf(text: string): { type?: string; value?: string } {
  const [, type, value] = HEAD.exec(text.trim()) ?? [];
  return { ...(type === undefined ? {} : { type }), ...(value === undefined ? {} : { value }) };
}

function framesOf(lines: readonly string[]): TextFrame[] {
  const newestFirst: TextFrame[] = [];
  const oldestFirst: TextFrame[] = [];
  for (const line of lines) {
    if (line.length > MAX_LINE) continue;
    const java = JAVA_CALL.exec(line);
    const js = java === null ? JS_CALL.exec(line) : null;
    const python = PYTHON_CALL.exec(line);
    if (java !== null) newestFirst.push(frame(java[2], java[3], java[4], undefined, java[1]));
    else if (js !== null) newestFirst.push(frame(js[1], js[2], js[3], js[4]));
    else if (python !== null) oldestFirst.push(frame(python[3], python[1], python[2]));
  }
  return oldestFirst.length > newestFirst.length ? oldestFirst : newestFirst.reverse();
}

function frame(name?: string, filename?: string, line?: string, column?: string, module?: string): TextFrame {
  return {
    ...(name === undefined ? {} : { function: name }),
    ...(filename === undefined ? {} : { filename: filename.replace(/^file:\/\//, '') }),
    ...(module === undefined ? {} : { module }),
    ...(line === undefined ? {} : { lineno: Number(line) }),
    ...(column === undefined ? {} : { colno: Number(column) }),
  };
}
