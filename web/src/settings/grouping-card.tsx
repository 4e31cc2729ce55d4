/** How the project groups: version and rules, tried out on the newest events before they are saved. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { GroupingPreview, ProjectGrouping } from '../../../src/protocol/rest.ts';
import { api, type GroupingChange } from '../app/api.ts';
import { projectGroupingQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { showToast } from '../ui/toast-store.ts';
import { TextArea } from '../ui/text-area.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { fieldError, formError } from './field-error.ts';
import { SaveBar } from './save-bar.tsx';
import { Card } from './settings-frame.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';

const FIELDS = ['enhancements', 'fingerprint_rules'];

export function GroupingCard({ slug, may }: { slug: string; may: boolean }) {
  const { data, error, refetch } = useQuery(projectGroupingQuery(slug));
  return (
    <Card title="Grouping" lead="Which events are one issue. Rules hold for events that come from now on.">
      <div className="p-4">
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {error === null && data === undefined && <Skeleton className="h-40 w-full" />}
        {/* Saved elsewhere: what is typed here starts anew. */}
        {data !== undefined && <GroupingForm key={JSON.stringify(data)} slug={slug} saved={data} may={may} />}
      </div>
    </Card>
  );
}

function GroupingForm({ slug, saved, may }: { slug: string; saved: ProjectGrouping; may: boolean }) {
  const client = useQueryClient();
  const [version, setVersion] = useState(saved.version);
  const [enhancements, setEnhancements] = useState(saved.enhancements);
  const [fingerprintRules, setFingerprintRules] = useState(saved.fingerprint_rules);
  const change: GroupingChange = { version, enhancements, fingerprint_rules: fingerprintRules };
  const preview = useMutation({ mutationFn: () => api.previewGrouping(slug, change) });
  const save = useMutation({
    mutationFn: () => api.saveGrouping(slug, change),
    async onSuccess() {
      showToast({ title: 'Saved' });
      await client.invalidateQueries({ queryKey: projectGroupingQuery(slug).queryKey });
    },
  });
  const changed =
    version !== saved.version ||
    enhancements !== saved.enhancements ||
    fingerprintRules !== saved.fingerprint_rules;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <AdminsOnly may={may}>
        <div className="flex flex-wrap items-center gap-3">
          <Select
            label="Version"
            value={version}
            options={saved.versions.map((value) => ({ value, label: value }))}
            onChange={setVersion}
          />
          <span className="text-sm text-muted">
            {saved.previous === null
              ? 'After a change, issues are found by the old version for 30 days: none is split.'
              : `Issues are found by ${saved.previous.version} too, until ${new Date(saved.previous.until).toLocaleDateString('en', { dateStyle: 'medium' })}.`}
          </span>
        </div>
        <TextArea
          label="Fingerprint rules"
          value={fingerprintRules}
          onChange={(event) => setFingerprintRules(event.target.value)}
          error={fieldError(save.error, 'fingerprint_rules')}
          placeholder={'type:DbError -> database, {{ transaction }} title="Database: {{ value }}"'}
        />
        <TextArea
          label="Stack trace rules"
          value={enhancements}
          onChange={(event) => setEnhancements(event.target.value)}
          error={fieldError(save.error, 'enhancements')}
          placeholder="path:**/vendor/** -app"
        />
        <SaveBar
          changed={changed}
          pending={save.isPending}
          error={formError(save.error ?? preview.error, FIELDS)}
          onDiscard={() => {
            setVersion(saved.version);
            setEnhancements(saved.enhancements);
            setFingerprintRules(saved.fingerprint_rules);
            save.reset();
            preview.reset();
          }}
        >
          <Button disabled={!changed || preview.isPending} onClick={() => preview.mutate()}>
            {preview.isPending ? 'Trying…' : 'Try on recent events'}
          </Button>
        </SaveBar>
      </AdminsOnly>
      <UnsavedGuard changed={changed} />
      {preview.data !== undefined && <PreviewResult preview={preview.data} />}
    </form>
  );
}

function PreviewResult({ preview }: { preview: GroupingPreview }) {
  const { events, problems, split, merge } = preview;
  return (
    <div role="status" className="space-y-3 rounded-lg border border-line bg-sunken/50 p-3">
      {problems.length > 0 && (
        <ul aria-label="Problems" className="space-y-0.5 text-sm text-error">
          {problems.map((problem) => (
            <li key={`${problem.field}:${problem.line}`}>
              {problem.field === 'enhancements' ? 'Stack trace rules' : 'Fingerprint rules'}, line{' '}
              {problem.line}, column {problem.column}: {problem.message}
            </li>
          ))}
        </ul>
      )}
      <p className="text-sm text-muted">
        Of the last {events.toLocaleString('en')} events:{' '}
        {split.length + merge.length === 0
          ? 'all would be in the issues they are in.'
          : `${split.length} ${split.length === 1 ? 'issue' : 'issues'} would split, ${merge.length} ${merge.length === 1 ? 'group' : 'groups'} would merge.`}
      </p>
      {split.slice(0, 20).map(({ issue, into }) => (
        <div key={issue.id} className="text-sm">
          <p>
            <span className="font-medium">Splits:</span> #{issue.id} {issue.title}
          </p>
          <ul className="ml-4 list-disc text-muted">
            {into.slice(0, 10).map((part, index) => (
              <li key={index}>
                {part.title} ({part.events})
              </li>
            ))}
          </ul>
        </div>
      ))}
      {merge.slice(0, 20).map(({ issues, title }) => (
        <div key={issues[0]?.id} className="text-sm">
          <p>
            <span className="font-medium">Merge:</span> {title}
          </p>
          <ul className="ml-4 list-disc text-muted">
            {issues.slice(0, 10).map((issue) => (
              <li key={issue.id}>
                #{issue.id} {issue.title} ({issue.events})
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
