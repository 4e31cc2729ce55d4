/** Which field of a form an error of the API is about: `path` is dotted, a list adds the index. Pure. */
import { ApiError } from '../app/api.ts';

/** The message for this field; null: the error is about something else. */
export function fieldError(error: Error | null, path: string): string | null {
  if (!(error instanceof ApiError) || error.path === undefined) return null;
  return error.path === path || error.path.startsWith(`${path}.`) ? messageOf(error) : null;
}

/** What no field of the form says. */
export function formError(error: Error | null, paths: readonly string[]): string | null {
  if (error === null || paths.some((path) => fieldError(error, path) !== null)) return null;
  return messageOf(error);
}

function messageOf(error: Error): string {
  return error instanceof ApiError && error.hint !== '' ? `${error.message} ${error.hint}` : error.message;
}
