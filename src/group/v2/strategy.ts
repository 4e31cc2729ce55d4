/** v2: v1 with the improvements GR20 to GR26 of docs/grouping.md. The default of new projects. */
import { createRuleSet } from '../enhancements/rule-set.ts';
import { BUILTIN_RULES, builtinRules } from '../v1/builtin.ts';
import { createFrameCache } from '../v1/frame-facts.ts';
import { platformFamily } from '../v1/platform.ts';
import { V1, type Strategy } from '../v1/strategy.ts';
import { fileComponent } from './file.ts';
import { functionComponent } from './function.ts';
import { moduleComponent } from './module.ts';
import { BROWSER_SDK_RULES } from './rules/browser-sdk.ts';
import { normalizeText } from './text.ts';

export const V2: Strategy = {
  ...V1,
  version: 'v2',
  builtin: createRuleSet([
    ...BUILTIN_RULES,
    ...builtinRules([{ text: BROWSER_SDK_RULES, platforms: ['javascript'] }]),
  ]),
  frames: createFrameCache(),
  module: moduleComponent,
  filename: fileComponent,
  function: functionComponent,
  text: normalizeText,
  // GR25: the stack of a thrown string is the place that caught it, the same for all strings.
  valueBesideStack: ({ mechanism }, platform) =>
    mechanism?.synthetic === true && platformFamily(platform) === 'javascript',
  // GR20: where one value ends and the next begins is part of the hash.
  fingerprintValue: (value) => `${value.length}:${value}`,
};
