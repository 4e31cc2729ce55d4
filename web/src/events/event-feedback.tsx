/** What users wrote about an event. */
import { useQuery } from '@tanstack/react-query';
import { eventFeedbackQuery } from '../app/queries.ts';
import { Time } from '../ui/time.tsx';
import { Section } from './section.tsx';

export function EventFeedback({ slug, eventId }: { slug: string; eventId: string }) {
  const reports = useQuery(eventFeedbackQuery(slug, eventId)).data ?? [];
  if (reports.length === 0) return null;
  return (
    <Section title="User feedback" note={reports.length}>
      <ul aria-label="User feedback" className="space-y-2">
        {reports.map((report) => (
          <li key={report.id} className="rounded-lg border border-line px-3 py-2">
            <p className="break-words whitespace-pre-wrap">{report.message}</p>
            <p className="mt-1 text-sm break-words text-faint">
              {[report.name, report.email].filter((part) => part !== null && part !== '').join(', ') ||
                'Somebody'}
              {' · '}
              <Time value={report.received} form="ago" />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
