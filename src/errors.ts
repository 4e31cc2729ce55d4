/**
 * The closed table of errors a person or program can meet: code, HTTP status, default message, hint.
 * Expected outcomes are values elsewhere; this is what they become at the edge.
 */

interface ErrorRow {
  status: number;
  message: string;
  hint: string;
  /** true: the same request may succeed later. */
  temporary: boolean;
}

const TABLE = {
  bad_request: {
    status: 400,
    message: 'The request is malformed.',
    hint: 'Check the body and parameters against /api/v1/docs.',
    temporary: false,
  },
  invalid_filter: {
    status: 400,
    message: 'The filter is not valid.',
    hint: 'See the filter syntax in docs/protocol.md.',
    temporary: false,
  },
  invalid_cursor: {
    status: 400,
    message: 'The cursor is not valid.',
    hint: 'Use the `next` value of the previous page unchanged.',
    temporary: false,
  },
  unauthorized: {
    status: 401,
    message: 'You are not signed in.',
    hint: 'Sign in, or send `Authorization: Bearer <token>`.',
    temporary: false,
  },
  forbidden: {
    status: 403,
    message: 'You may not do this.',
    hint: 'Ask an owner of the organization for the role or scope.',
    temporary: false,
  },
  not_found: {
    status: 404,
    message: 'There is nothing here.',
    hint: 'Check the id; you may also lack access to it.',
    temporary: false,
  },
  method_not_allowed: {
    status: 405,
    message: 'This method is not supported here.',
    hint: 'See /api/v1/docs.',
    temporary: false,
  },
  conflict: {
    status: 409,
    message: 'It exists already or has changed meanwhile.',
    hint: 'Reload and try again.',
    temporary: false,
  },
  gone: {
    status: 410,
    message: 'This event is not kept any more.',
    hint: 'Events go when the retention of their project is over, or to keep the disk budget; the issue keeps its numbers.',
    temporary: false,
  },
  too_large: {
    status: 413,
    message: 'The request is too large.',
    hint: 'See the limits in docs/ingest.md.',
    temporary: false,
  },
  unsupported_media_type: {
    status: 415,
    message: 'This content type is not supported.',
    hint: 'Send JSON.',
    temporary: false,
  },
  rate_limited: {
    status: 429,
    message: 'Too many requests.',
    hint: 'Wait for the time in Retry-After.',
    temporary: true,
  },
  internal: {
    status: 500,
    message: 'Mesher failed to handle this.',
    hint: 'The log of the server says more.',
    temporary: true,
  },
  unavailable: {
    status: 503,
    message: 'Mesher cannot take this right now.',
    hint: 'Wait for the time in Retry-After.',
    temporary: true,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof TABLE;
export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = TABLE;

/** An error with a code of the table; thrown where a value cannot be returned, caught once at the edge. */
export class MesherError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Dotted path of the offending field, if there is one. */
  readonly path: string | undefined;
  /** In the text of that field, from 1. */
  readonly column: number | undefined;

  constructor(
    code: ErrorCode,
    message?: string,
    options?: { hint?: string; path?: string; column?: number; cause?: unknown },
  ) {
    super(
      message ?? TABLE[code].message,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'MesherError';
    this.code = code;
    this.hint = options?.hint ?? TABLE[code].hint;
    this.path = options?.path;
    this.column = options?.column;
  }

  get status(): number {
    return TABLE[this.code].status;
  }
}
