/** The bus of one process: a map of listeners, called in the order of publishing. */
import type { Change } from '../protocol/change.ts';
import type { Bus } from './bus.ts';

export function createMemoryBus(): Bus {
  const listeners = new Map<number, Set<(change: Change) => void>>();
  return {
    publish(changes) {
      for (const change of changes) {
        for (const listener of listeners.get(change.projectId) ?? []) listener(change);
      }
    },
    subscribe(projectId, onChange) {
      const ofProject = listeners.get(projectId) ?? new Set();
      listeners.set(projectId, ofProject);
      // A wrapper, so that the same function subscribed twice is two subscriptions.
      const listener = (change: Change): void => onChange(change);
      ofProject.add(listener);
      return () => {
        ofProject.delete(listener);
        if (ofProject.size === 0 && listeners.get(projectId) === ofProject) listeners.delete(projectId);
      };
    },
  };
}
