/** A settings page: a header, the pages beside it, and a narrow column of cards. */
import type { ReactNode } from 'react';
import { useLive } from '../live/project-live.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SettingsTabs } from './settings-tabs.tsx';

interface Props {
  title: string;
  note?: string;
  actions?: ReactNode;
  children: ReactNode;
}

export function SettingsFrame({ title, note, actions, children }: Props) {
  const { project } = useLive();
  return (
    <>
      <PageHeader title={title} note={note}>
        {actions}
      </PageHeader>
      <SettingsTabs slug={project.slug} />
      {/* Focusable: a page that has nothing to focus scrolls with the keyboard too. */}
      <div
        role="region"
        aria-label={`${title} page`}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        <div className="mx-auto max-w-3xl space-y-6 px-4 py-7 sm:px-6">{children}</div>
      </div>
    </>
  );
}

interface CardProps {
  title: string;
  lead?: string;
  action?: ReactNode;
  children: ReactNode;
}

export function Card({ title, lead, action, children }: CardProps) {
  return (
    <section aria-label={title} className="rounded-xl border border-line">
      <div className="flex items-start justify-between gap-4 border-b border-line px-4 py-3">
        <div>
          <h2 className="font-semibold">{title}</h2>
          {lead !== undefined && <p className="text-sm text-muted">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
