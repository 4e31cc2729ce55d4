/** The edge where errors become answers: `{"error":{code,message,hint,path?,column?}}` with the status of errors.ts. */
import { HTTPException } from 'hono/http-exception';
import { errorTable, MesherError, type ErrorCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ErrorBody } from '../protocol/rest.ts';
import type { ApiContext } from './context.ts';

/** The longest that a temporary refusal of this API lasts. */
const RETRY_AFTER_S = 60;

interface ZodIssues {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

export function answerError(error: unknown, c: ApiContext, log: Logger): Response {
  if (error instanceof MesherError) return answer(error);
  // Hono's own: a body that is no JSON.
  if (error instanceof HTTPException && error.status === 400)
    return answer(new MesherError('bad_request', 'The body is not valid JSON.'));
  if (isUnstorableText(error))
    return answer(new MesherError('bad_request', 'A text holds a character that cannot be stored (NUL).'));
  log.error({ err: error, method: c.req.method, path: shownPath(c.req.path) }, 'request failed');
  return answer(new MesherError('internal'));
}

function answer(error: MesherError): Response {
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      ...(error.path !== undefined && { path: error.path }),
      ...(error.column !== undefined && { column: error.column }),
    },
  };
  const mayComeAgain = error.status === 429 || error.status === 503;
  return Response.json(body, {
    status: error.status,
    ...(mayComeAgain && { headers: { 'retry-after': String(RETRY_AFTER_S) } }),
  });
}

/** PostgreSQL's word (SQLSTATE) for a NUL in a text or in JSON: wherever it was given, it is the sender's mistake. */
function isUnstorableText(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '22021' || error.code === '22P05');
}

/** The links of set-up, invitations and new passwords are secrets: they are not in the log. */
function shownPath(path: string): string {
  return path.replace(/(\/(?:setup|invitations|password-resets)\/)[^/]+/, '$1…');
}

export function plainError(code: ErrorCode, headers: Record<string, string> = {}): Response {
  const response = answer(new MesherError(code, errorTable[code].message));
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** The first thing wrong with the input, with its dotted path. */
export function invalidInput(error: ZodIssues): MesherError {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.');
  const message = issue === undefined ? undefined : path ? `${path}: ${issue.message}` : issue.message;
  return new MesherError('bad_request', message, path ? { path } : {});
}
