/** Reading and changing what a project keeps of what it is sent. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProjectSettingsPatch } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { projectSettingsQuery } from '../app/settings-queries.ts';
import { showToast } from '../ui/toast-store.ts';

export function useSaveSettings(slug: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: ProjectSettingsPatch) => api.saveSettings(slug, patch),
    onSuccess(settings) {
      client.setQueryData(projectSettingsQuery(slug).queryKey, settings);
      showToast({ title: 'Saved' });
    },
  });
}

/** One of each line; empty lines are nothing. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
