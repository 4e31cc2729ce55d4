/**
 * The one shape of an event inside Mesher: what `ingest` makes of any SDK's payload, what `group` reads,
 * what is stored (compressed JSON of exactly this object) and what the event page shows.
 * Every string is already cut to its limit, free of U+0000 and of lone surrogates.
 */

export const LEVELS = ['debug', 'info', 'warning', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

/** Any JSON value; objects may carry `__proto__` and `constructor` as plain own keys. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Frame {
  filename?: string;
  abs_path?: string;
  module?: string;
  function?: string;
  raw_function?: string;
  package?: string;
  platform?: string;
  lineno?: number;
  colno?: number;
  /** As the SDK sent it; absent = unknown, which grouping treats as false after its rules. */
  in_app?: boolean;
  context_line?: string;
  pre_context?: string[];
  post_context?: string[];
  vars?: { [name: string]: Json };
  data?: { [key: string]: Json };
  instruction_addr?: string;
  symbol?: string;
  symbol_addr?: string;
  image_addr?: string;
}

/** Frames are oldest first: the last one is where the error was thrown. */
export interface Stacktrace {
  frames: Frame[];
  /** Frames cut from the middle, when the stack was longer than the limit. */
  frames_omitted?: number;
}

export interface Mechanism {
  type?: string;
  handled?: boolean;
  synthetic?: boolean;
  exception_id?: number;
  parent_id?: number;
  is_exception_group?: boolean;
  source?: string;
  description?: string;
  help_link?: string;
  data?: { [key: string]: Json };
  meta?: { [key: string]: Json };
}

export interface Exception {
  type?: string;
  value?: string;
  module?: string;
  thread_id?: string;
  mechanism?: Mechanism;
  stacktrace?: Stacktrace;
}

export interface Thread {
  id?: string;
  name?: string;
  crashed?: boolean;
  current?: boolean;
  stacktrace?: Stacktrace;
}

export interface Breadcrumb {
  /** Epoch milliseconds. */
  timestamp?: number;
  type?: string;
  category?: string;
  level?: string;
  message?: string;
  data?: { [key: string]: Json };
}

export interface EventUser {
  id?: string;
  email?: string;
  username?: string;
  name?: string;
  ip_address?: string;
  geo?: { [key: string]: Json };
  data?: { [key: string]: Json };
}

export interface EventRequest {
  url?: string;
  method?: string;
  query_string?: string;
  fragment?: string;
  cookies?: [string, string][];
  headers?: [string, string][];
  data?: Json;
  env?: { [key: string]: Json };
}

/** Something normalising changed, shown on the event: nothing is cut or removed silently. */
export interface EventNote {
  /** Dotted path into the event: `message`, `exception.values.0.value`, `environment`. */
  path: string;
  kind: 'cut' | 'removed' | 'replaced';
  /** Closed set of words, e.g. `too_long`, `too_many`, `too_deep`, `invalid`, `clock_drift`. */
  reason: string;
  /** Length or count before the change, in characters or items. */
  original_length?: number;
  /** The original value where it is short enough to keep (≤ 200 characters). */
  original?: string;
}

export interface SentryEvent {
  /** 32 lower-case hex digits. */
  event_id: string;
  /** Epoch ms the error happened, after clock correction. */
  timestamp: number;
  /** Epoch ms the request came in; stamped once. */
  received: number;
  level: Level;
  platform: string;
  type: 'error' | 'csp' | 'hpkp' | 'expectct' | 'expectstaple' | 'nel' | 'feedback' | 'default';
  logger?: string;
  transaction?: string;
  culprit?: string;
  server_name?: string;
  release?: string;
  dist?: string;
  environment?: string;
  /** The message as shown (formatted when the SDK formatted it). */
  message?: string;
  logentry?: { message?: string; formatted?: string; params?: Json };
  /** Oldest first: the last one is the outermost, the one a person sees. */
  exception?: Exception[];
  threads?: Thread[];
  /** A stack without an exception (`stacktrace` at the top level of old SDKs). */
  stacktrace?: Stacktrace;
  template?: {
    filename?: string;
    abs_path?: string;
    context_line?: string;
    lineno?: number;
    pre_context?: string[];
    post_context?: string[];
  };
  breadcrumbs?: Breadcrumb[];
  user?: EventUser;
  request?: EventRequest;
  /** In the order sent; keys are unique, the last one won. */
  tags: [string, string][];
  extra?: { [key: string]: Json };
  contexts?: { [key: string]: { [key: string]: Json } };
  /** As the client sent it, coerced to strings; absent means default grouping. */
  fingerprint?: string[];
  checksum?: string;
  sdk?: { name?: string; version?: string; packages?: Json; integrations?: Json };
  modules?: { [name: string]: string };
  debug_meta?: { [key: string]: Json };
  /** Browser security reports, keyed by report type. */
  csp?: { [key: string]: Json };
  hpkp?: { [key: string]: Json };
  expectct?: { [key: string]: Json };
  expectstaple?: { [key: string]: Json };
  nel?: { [key: string]: Json };
  /** What normalising changed. */
  notes?: EventNote[];
}
