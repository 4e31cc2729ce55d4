/**
 * Everything about a frame that follows from the frame alone: its components (except the context line) and which
 * rules its facts allow. Programs throw from the same places, so this is computed once and kept in an LRU.
 */
import type { Frame } from '../../event.ts';
import { Lru } from '../../lib/lru.ts';
import { normalizePath } from '../enhancements/match.ts';
import type { FrameFacts } from '../enhancements/rule.ts';
import type { RuleMatches } from '../enhancements/rule-set.ts';
import type { Component } from './component.ts';
import { displayFunction } from './function-name.ts';
import { platformFamily } from './platform.ts';
import type { Strategy } from './strategy.ts';

export interface KnownFrame {
  /** The absolute path, else the file name. */
  readonly path: string | undefined;
  readonly platform: string;
  readonly facts: FrameFacts;
  readonly builtin: RuleMatches;
  readonly module: Component;
  readonly filename: Component;
  readonly function: Component;
  /** The frame with its source line, as last seen: deploys change lines rarely. */
  last: { readonly line: string | undefined; readonly mapped: boolean; readonly component: Component } | null;
}

/** Longer keys are not worth keeping. */
const MAX_KEY = 2048;

/** Of one version. */
export type FrameCache = Lru<string, KnownFrame>;

/** About 1 KB an entry. */
export function createFrameCache(): FrameCache {
  return new Lru(10_000);
}

export function frameFacts(frame: Frame, eventPlatform: string, strategy: Strategy): KnownFrame {
  const platform = frame.platform || eventPlatform;
  // U+0000 occurs in no event, so two different frames never share a key. Hashing long keys is the larger part of
  // a warm event, and many SDKs send one path twice.
  const file = frame.filename === frame.abs_path ? '=' : `~${frame.filename ?? ''}`;
  const key = `${platform}\0${frame.abs_path ?? ''}\0${file}\0${frame.module ?? ''}\0${frame.function ?? ''}\0${frame.raw_function ?? ''}\0${frame.package ?? ''}`;
  const cached = strategy.frames.get(key);
  if (cached) return cached;
  const entry = describe(frame, platform, strategy);
  if (key.length <= MAX_KEY) strategy.frames.set(key, entry);
  return entry;
}

function describe(frame: Frame, platform: string, strategy: Strategy): KnownFrame {
  const input = { function: bounded(frame.function), rawFunction: bounded(frame.raw_function), platform };
  // An SDK that knows only one of the two sends only that one.
  const absPath = bounded(frame.abs_path || frame.filename);
  const fileName = bounded(frame.filename || pathOf(frame.abs_path));
  const module = strategy.module(bounded(frame.module), absPath, platform);
  const filename = strategy.filename(fileName, absPath, platform);
  const facts: FrameFacts = {
    platform,
    family: platformFamily(platform),
    path: normalizePath(absPath ?? ''),
    module: bounded(frame.module) ?? '',
    function: displayFunction(input) ?? '',
    package: normalizePath(bounded(frame.package) ?? ''),
  };
  return {
    path: absPath,
    platform,
    facts,
    builtin: strategy.builtin.match(facts),
    module,
    filename:
      module.contributes && filename.contributes
        ? { ...filename, contributes: false, hint: 'module takes precedence' }
        : filename,
    function: strategy.function(input),
    last: null,
  };
}

/** The path within an address: `https://shop.test/a.js?v=1` → `/a.js`. */
function pathOf(absPath: string | undefined): string | undefined {
  return absPath && /^[a-z][a-z+.-]{1,20}:\/\//i.test(absPath) ? absPath.split(/[?#]/, 1)[0] : absPath;
}

/** Regular expressions and globs never see more than this. */
function bounded(text: string | undefined): string | undefined {
  return text !== undefined && text.length > 8192 ? text.slice(0, 8192) : text;
}
