/** What ingestion changed: nothing is cut, removed or replaced without being told. */
import { TriangleAlert } from 'lucide-react';
import type { EventNote, SentryEvent } from '../../../src/event.ts';
import { noteWords } from './note-words.ts';
import { Section } from './section.tsx';

export function EventNotes({ event, notes }: { event: SentryEvent; notes: readonly EventNote[] }) {
  return (
    <Section title="What was changed on receipt" note={notes.length}>
      <ul aria-label="Changes on receipt" className="space-y-1.5">
        {notes.map((note, index) => {
          const { where, what } = noteWords(event, note);
          return (
            <li key={index} className="flex gap-2">
              <TriangleAlert size={14} className="mt-1 shrink-0 text-warning" aria-hidden="true" />
              <span className="min-w-0 break-words">
                <code className="font-mono text-[0.78rem] break-all">{where}</code> {what}
                {note.original !== undefined && (
                  <>
                    : <code className="font-mono text-[0.78rem] break-all">{note.original}</code>
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
