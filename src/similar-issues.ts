/**
 * Issues that should perhaps be one with an issue: the same title but for ids and numbers, and places in the program in
 * common. At most 20 candidates are compared by their latest events; people merge them, or say that they are two.
 */
import { placesOf } from './group/similarity.ts';
import type { SimilarIssue } from './protocol/rest.ts';
import type { IssueReader } from './store/issues.ts';

const CANDIDATES = 20;
/** Of the places of the shorter stack; below it the stacks meet only in what everything goes through. */
const LEAST_SHARED = 0.3;

export async function similarIssues(issues: IssueReader, issueId: string): Promise<SimilarIssue[]> {
  const [own, ...others] = await issues.similarCandidates(issueId, CANDIDATES);
  const ownPlaces = own?.latest && placesOf(own.latest());
  if (!ownPlaces) return [];
  const found = others.flatMap(({ issue, latest }): SimilarIssue[] => {
    if (!latest) return [];
    const places = placesOf(latest());
    const shared = [...places].filter((place) => ownPlaces.has(place)).length;
    const frames = Math.min(places.size, ownPlaces.size);
    return shared > 0 && shared >= LEAST_SHARED * frames ? [{ issue, shared_frames: shared, frames }] : [];
  });
  return found.sort((a, b) => b.shared_frames / b.frames - a.shared_frames / a.frames);
}
