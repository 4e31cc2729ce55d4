/** What can be done with an event as a whole: taken along as text, or as Markdown for a ticket. */
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { eventAsMarkdown, eventAsText } from './event-words.ts';

export function EventTools({ detail, slug }: { detail: EventDetail; slug: string }) {
  const link = () => `${location.origin}/projects/${slug}/issues/${detail.issue_id}?event=${detail.id}`;
  return (
    <div
      role="group"
      aria-label="This event"
      className="flex flex-wrap justify-end gap-1.5 border-b border-line px-3 py-2 sm:px-5"
    >
      <CopyButton text={() => eventAsText(detail, link())} label="Copy as text" showLabel />
      <CopyButton text={() => eventAsMarkdown(detail, link())} label="Copy as Markdown" showLabel />
    </div>
  );
}
