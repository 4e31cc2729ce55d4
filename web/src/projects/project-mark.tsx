/** A project's initial, so that a name is found with half an eye. */

export function ProjectMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      // As style, not as text: it is no part of the name.
      data-initial={name.charAt(0).toUpperCase()}
      className="flex size-5 shrink-0 items-center justify-center rounded bg-accent/15 text-xs font-bold text-accent before:content-[attr(data-initial)]"
    />
  );
}
