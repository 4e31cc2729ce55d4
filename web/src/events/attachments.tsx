/** Files that came with an event. Pictures are shown, by their bytes alone; all else is only downloaded. */
import { useQuery } from '@tanstack/react-query';
import { Download, Eye, FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Attachment } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { attachmentsQuery } from '../app/queries.ts';
import { byteWords } from '../ui/byte-words.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { imageKind } from './image-kind.ts';
import { Section } from './section.tsx';

/** Larger pictures are downloaded: the page holds all of one that it shows. */
const MAX_SHOWN_BYTES = 16 * 1024 * 1024;

export function Attachments({ slug, eventId }: { slug: string; eventId: string }) {
  const files = useQuery(attachmentsQuery(slug, eventId)).data ?? [];
  if (files.length === 0) return null;
  return (
    <Section title="Attachments" note={files.length}>
      <ul aria-label="Attachments" className="overflow-hidden rounded-lg border border-line">
        {files.map((file) => (
          <File key={file.id} slug={slug} file={file} />
        ))}
      </ul>
    </Section>
  );
}

type Preview =
  | { kind: 'none' }
  | { kind: 'loading' }
  | { kind: 'refused'; why: string }
  | { kind: 'shown'; url: string };

function File({ slug, file }: { slug: string; file: Attachment }) {
  const [preview, setPreview] = useState<Preview>({ kind: 'none' });
  const url = preview.kind === 'shown' ? preview.url : null;
  useEffect(() => (url === null ? undefined : () => URL.revokeObjectURL(url)), [url]);

  const show = async (): Promise<Preview> => {
    const bytes = await api.attachmentBytes(slug, file.event_id, file.id);
    const kind = imageKind(bytes);
    if (kind === null)
      return { kind: 'refused', why: 'This is no PNG, JPEG, GIF or WebP picture: it can be downloaded.' };
    return { kind: 'shown', url: URL.createObjectURL(new Blob([bytes], { type: kind })) };
  };
  const toggle = () => {
    if (preview.kind !== 'none') return setPreview({ kind: 'none' });
    setPreview({ kind: 'loading' });
    show().then(setPreview, () => setPreview({ kind: 'refused', why: 'The file could not be loaded.' }));
  };

  return (
    <li className="border-b border-line last:border-b-0">
      <div className="flex items-center gap-2.5 px-3 py-1.5">
        <FileText size={14} aria-hidden="true" className="shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate" title={file.name}>
          {file.name}
        </span>
        <span className="hidden max-w-40 truncate text-sm text-faint sm:inline">{file.content_type}</span>
        <span className="shrink-0 text-sm text-muted tabular-nums">{byteWords(file.size)}</span>
        {file.size <= MAX_SHOWN_BYTES && (
          <Button
            kind="ghost"
            size="sm"
            aria-label={`Preview ${file.name}`}
            aria-expanded={preview.kind === 'shown' || preview.kind === 'refused'}
            onClick={toggle}
          >
            <Eye size={14} aria-hidden="true" />
            <span className="hidden sm:inline">Preview</span>
          </Button>
        )}
        <a
          href={api.attachmentPath(slug, file.event_id, file.id)}
          download={file.name}
          aria-label={`Download ${file.name}`}
          className={buttonClass('ghost', 'icon')}
        >
          <Download size={14} aria-hidden="true" />
        </a>
      </div>
      {preview.kind === 'refused' && (
        <p role="status" className="border-t border-line bg-sunken px-3 py-2 text-sm text-muted">
          {preview.why}
        </p>
      )}
      {preview.kind === 'shown' && (
        <div className="border-t border-line bg-sunken p-3">
          <img src={preview.url} alt={file.name} className="max-h-120 max-w-full rounded object-contain" />
        </div>
      )}
    </li>
  );
}
