/** How much is kept: sampling, limits of keys, spikes, and whose pages may read answers. */
import { useState } from 'react';
import type { ProjectSettings } from '../../../src/protocol/rest.ts';
import { CheckRow } from '../ui/check-row.tsx';
import { Field } from '../ui/field.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { fieldError, formError } from './field-error.ts';
import { SaveBar } from './save-bar.tsx';
import { Card } from './settings-frame.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { linesOf, useSaveSettings } from './use-project-settings.ts';

const PATHS = ['sample_rate', 'rate_limit', 'allowed_origins'];

export function LimitsCard({ slug, saved, may }: { slug: string; saved: ProjectSettings; may: boolean }) {
  const initial = {
    // Rounded: 0.07 × 100 is not 7.
    share: String(Number((saved.sample_rate * 100).toFixed(6))),
    limit: saved.rate_limit === null ? '' : String(saved.rate_limit),
    origins: saved.allowed_origins?.join('\n') ?? '',
    spikes: saved.spike_protection,
  };
  const [values, setValues] = useState(initial);
  const save = useSaveSettings(slug);
  const change = (part: Partial<typeof initial>) => setValues({ ...values, ...part });
  const changed = JSON.stringify(values) !== JSON.stringify(initial);
  return (
    <Card title="Sampling and limits" lead="What is beyond them is counted under Outcomes.">
      <form
        className="p-4"
        onSubmit={(event) => {
          event.preventDefault();
          const origins = linesOf(values.origins);
          save.mutate({
            sample_rate: Number(values.share) / 100,
            rate_limit: values.limit === '' ? null : Number(values.limit),
            allowed_origins: origins.length === 0 ? null : origins,
            spike_protection: values.spikes,
          });
        }}
      >
        <AdminsOnly may={may}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Share of events that is kept, in percent"
              type="number"
              step="any"
              min={0}
              max={100}
              required
              value={values.share}
              onChange={(event) => change({ share: event.target.value })}
              hint="100 keeps all of them."
              error={fieldError(save.error, 'sample_rate')}
            />
            <Field
              label="Events a second of one key"
              type="number"
              step="any"
              min={0}
              value={values.limit}
              onChange={(event) => change({ limit: event.target.value })}
              placeholder="no limit of its own"
              hint="Ten times as many may come at once. Empty or 0: no limit."
              error={fieldError(save.error, 'rate_limit')}
            />
          </div>
          <CheckRow
            label="Spike protection"
            hint="Beyond five times the usual rate of the hour events are counted, without their details. An issue always keeps its first event."
            checked={values.spikes}
            onChange={(spikes) => change({ spikes })}
          />
          <TextArea
            label="Allowed origins"
            rows={2}
            placeholder="https://shop.example.com"
            hint="Web sites whose pages may send from a browser and read the answer, one a line. Empty: any."
            error={fieldError(save.error, 'allowed_origins')}
            value={values.origins}
            onChange={(event) => change({ origins: event.target.value })}
          />
          <SaveBar
            changed={changed}
            pending={save.isPending}
            error={formError(save.error, PATHS)}
            onDiscard={() => {
              setValues(initial);
              save.reset();
            }}
          />
        </AdminsOnly>
      </form>
      <UnsavedGuard changed={values.origins !== initial.origins} />
    </Card>
  );
}
