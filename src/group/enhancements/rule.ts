/** A stack trace rule (GR9) after parsing: which frames it means and what it does to them. */

/** What is known of a frame before any rule ran; equal facts always match the same rules, so matches are cached. */
export interface FrameFacts {
  readonly platform: string;
  readonly family: string;
  /** Lower case, `/` as separator: the absolute path, else the file name. */
  readonly path: string;
  readonly module: string;
  readonly function: string;
  /** Lower case, `/` as separator. */
  readonly package: string;
}

/** What rules change while they run. */
export interface FrameState {
  inApp: boolean;
  category: string | null;
  /** The rule that decided `inApp` last, as a hint; null when the event said so itself. */
  appHint: string | null;
}

export interface ExceptionFacts {
  readonly type: string;
  readonly value: string;
  readonly mechanism: string;
}

export const NO_EXCEPTION: ExceptionFacts = { type: '', value: '', mechanism: '' };

export type FactMatcher = (facts: FrameFacts) => boolean;
export type StateMatcher = (state: FrameState, exception: ExceptionFacts) => boolean;

/** Matchers of one frame: all must hold. */
export interface FramePattern {
  /** Families of which the frame must be one; null: any. Tested once per platform, not per frame. */
  readonly families: ReadonlySet<string> | null;
  readonly facts: readonly FactMatcher[];
  readonly state: readonly StateMatcher[];
}

export type Range = 'frame' | 'towards-crash' | 'away-from-crash';

export type Action =
  | { readonly kind: 'app'; readonly flag: boolean; readonly range: Range }
  | { readonly kind: 'group'; readonly flag: boolean; readonly range: Range }
  | { readonly kind: 'category'; readonly category: string }
  | { readonly kind: 'max-frames'; readonly count: number }
  | { readonly kind: 'min-frames'; readonly count: number };

export interface Rule {
  /** Built-in rules hold for frames of these platforms; null: for all. */
  readonly platforms: ReadonlySet<string> | null;
  /** As written, one space between its parts; shown in hints. */
  readonly text: string;
  readonly frame: FramePattern;
  /** Must match the frame that called the matched one. */
  readonly caller: FramePattern | null;
  /** Must match the frame that the matched one called. */
  readonly callee: FramePattern | null;
  readonly actions: readonly Action[];
}
