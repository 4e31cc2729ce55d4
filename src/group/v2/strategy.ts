/** v2: v1 with the improvements of docs/grouping.md (GR20 …). The default of new projects. */
import { createRuleSet } from '../enhancements/rule-set.ts';
import { BUILTIN_RULES } from '../v1/builtin.ts';
import { createFrameCache } from '../v1/frame-facts.ts';
import { V1, type Strategy } from '../v1/strategy.ts';

export const V2: Strategy = {
  ...V1,
  version: 'v2',
  builtin: createRuleSet(BUILTIN_RULES),
  frames: createFrameCache(),
  fingerprintValue: (value) => `${value.length}:${value}`,
};
