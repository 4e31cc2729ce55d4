/**
 * Stack traces that are text (OpenTelemetry's `exception.stacktrace`) as frames, oldest first. Knows the traces of
 * JavaScript, Java and Python; of others nothing is read, and the text is kept beside.
 */
import { LIMITS } from '../limits.ts';

export interface TextFrame {
  function?: string;
  filename?: string;
  module?: string;
  lineno?: number;
  colno?: number;
}

const MAX_TEXT = 256 * 1024;
const MAX_LINE = 1024;

const JS_CALL = /^\s*at (?:async )?(?:(.{1,400}?) \()?([^()\s][^()]{0,900}):(\d{1,9}):(\d{1,9})\)?\s*$/;
const JAVA_CALL =
  /^\s*at (?:[^()/\s]{1,100}\/{1,2})?([\w$.<>]{1,400})\.([\w$<>]{1,200})\(([^():]{1,300})(?::(\d{1,9}))?\)\s*$/;
const PYTHON_CALL = /^\s*File "([^"]{1,900})", line (\d{1,9})(?:, in (.{1,300}))?\s*$/;

export function framesOf(text: string): TextFrame[] {
  const newestFirst: TextFrame[] = [];
  const oldestFirst: TextFrame[] = [];
  for (const line of text.slice(0, MAX_TEXT).split('\n', LIMITS.frames * 4)) {
    if (line.length > MAX_LINE) continue;
    // What caused it comes after, in Java: its frames belong to another exception.
    if (newestFirst.length > 0 && line.startsWith('Caused by:')) break;
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
