/**
 * Everything about a frame that follows from the frame alone: its components (except the context line) and which
 * rules its facts allow. Programs throw from the same places, so this is computed once and kept.
 */
import type { Frame } from '../../event.ts';
import { normalizePath } from '../enhancements/match.ts';
import type { FrameFacts } from '../enhancements/rule.ts';
import type { RuleMatches } from '../enhancements/rule-set.ts';
import type { Component } from './component.ts';
import { FrameCache } from './frame-cache.ts';
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

/** About 1 KB a frame. */
const MAX_FRAMES = 10_000;

export function createFrameCache(): FrameCache<KnownFrame> {
  return new FrameCache(MAX_FRAMES);
}

export function frameFacts(frame: Frame, eventPlatform: string, strategy: Strategy): KnownFrame {
  const platform = frame.platform || eventPlatform;
  const cached = strategy.frames.get(frame, platform);
  if (cached) return cached;
  const entry = describe(frame, platform, strategy);
  strategy.frames.set(frame, platform, entry);
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
