/** The source line of a frame as a component, for the platforms whose SDKs send it reliably. */
import { leaf, mutedLeaf, type Component } from './component.ts';
import { hasUrlOrigin } from './url-origin.ts';

const PLATFORMS = new Set(['javascript', 'node', 'python', 'php', 'ruby']);
/** Longer lines are minified bundles, where one line holds the program. */
const MAX_LENGTH = 120;
/** White space other than single blanks. */
const UNEVEN = /[^\S ]| {2}/;
const EMPTY = leaf('context-line', null);

export function contextLineComponent(
  line: string | undefined,
  absPath: string | undefined,
  functionName: string | undefined,
  platform: string,
): Component {
  if (!line || !PLATFORMS.has(platform)) return EMPTY;
  if (line.length > 8192)
    return mutedLeaf('context-line', line.slice(0, MAX_LENGTH), 'discarded because line too long');
  const trimmed = line.trim();
  const squeezed = UNEVEN.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed;
  if (!squeezed) return EMPTY;
  if (line.length > MAX_LENGTH) return mutedLeaf('context-line', squeezed, 'discarded because line too long');
  if (!functionName && hasUrlOrigin(absPath)) {
    return mutedLeaf('context-line', squeezed, 'discarded because from URL origin and no function');
  }
  return leaf('context-line', squeezed);
}
