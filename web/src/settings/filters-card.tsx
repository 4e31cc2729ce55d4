/** Events that are not wanted: of known kinds, and by patterns. */
import { useState } from 'react';
import type { ProjectSettings } from '../../../src/protocol/rest.ts';
import { CheckRow } from '../ui/check-row.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { fieldError, formError } from './field-error.ts';
import { SaveBar } from './save-bar.tsx';
import { Card } from './settings-frame.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { linesOf, useSaveSettings } from './use-project-settings.ts';

type Filters = ProjectSettings['filters'];

const KINDS = [
  {
    key: 'browser_extensions',
    label: 'Browser extensions',
    hint: 'Errors of extensions that people have in their browsers.',
  },
  {
    key: 'legacy_browsers',
    label: 'Legacy browsers',
    hint: 'Internet Explorer, Opera Mini, Edge ≤ 18, Firefox ≤ 66, Chrome ≤ 62, Safari ≤ 11.',
  },
  { key: 'localhost', label: 'Localhost', hint: 'Pages and servers on somebody’s own machine.' },
  { key: 'health_checks', label: 'Health checks', hint: 'Requests to /healthz, /ping and the like.' },
] as const;

const PATTERNS = [
  { key: 'messages', label: 'Messages', placeholder: '*ResizeObserver loop*' },
  { key: 'releases', label: 'Releases', placeholder: 'shop@1.*' },
  { key: 'environments', label: 'Environments', placeholder: 'dev-*' },
] as const;

const PATHS = PATTERNS.map(({ key }) => `filters.${key}`);

export function FiltersCard({ slug, saved, may }: { slug: string; saved: Filters; may: boolean }) {
  const text = (key: (typeof PATTERNS)[number]['key']) => saved[key].join('\n');
  const initial = {
    messages: text('messages'),
    releases: text('releases'),
    environments: text('environments'),
  };
  const [kinds, setKinds] = useState(saved);
  const [patterns, setPatterns] = useState(initial);
  const save = useSaveSettings(slug);
  const typed = PATTERNS.some(({ key }) => patterns[key] !== initial[key]);
  const changed = typed || KINDS.some(({ key }) => kinds[key] !== saved[key]);
  return (
    <Card title="Filters" lead="What matches is not kept. It is counted under Outcomes, with the reason.">
      <form
        className="p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({
            filters: {
              ...kinds,
              messages: linesOf(patterns.messages),
              releases: linesOf(patterns.releases),
              environments: linesOf(patterns.environments),
            },
          });
        }}
      >
        <AdminsOnly may={may}>
          <div className="grid gap-3 sm:grid-cols-2">
            {KINDS.map(({ key, label, hint }) => (
              <CheckRow
                key={key}
                label={label}
                hint={hint}
                checked={kinds[key]}
                onChange={(checked) => setKinds({ ...kinds, [key]: checked })}
              />
            ))}
          </div>
          {PATTERNS.map(({ key, label, placeholder }) => (
            <TextArea
              key={key}
              label={label}
              rows={2}
              placeholder={placeholder}
              hint="One pattern a line; * stands for anything."
              error={fieldError(save.error, `filters.${key}`)}
              value={patterns[key]}
              onChange={(event) => setPatterns({ ...patterns, [key]: event.target.value })}
            />
          ))}
          <SaveBar
            changed={changed}
            pending={save.isPending}
            error={formError(save.error, PATHS)}
            onDiscard={() => {
              setKinds(saved);
              setPatterns(initial);
              save.reset();
            }}
          />
        </AdminsOnly>
      </form>
      <UnsavedGuard changed={typed} />
    </Card>
  );
}
