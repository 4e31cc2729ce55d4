/** The name mark: a hexagon meshed to its centre. */
export function Glyph({ size = 22 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinejoin="round"
      strokeLinecap="round"
      className="shrink-0 text-accent"
      aria-hidden="true"
    >
      <path d="M12 2.5 20.2 7.25v9.5L12 21.5l-8.2-4.75v-9.5z" />
      <path d="M3.8 7.25 12 12l8.2-4.75M12 12v9.5" opacity=".5" />
      <circle cx="12" cy="12" r="2.6" fill="currentColor" stroke="none" />
    </svg>
  );
}

export function Logo({ size = 22 }: { size?: number }) {
  return (
    <span className="inline-flex items-center gap-2">
      <Glyph size={size} />
      <span className="font-semibold tracking-[-0.02em]" style={{ fontSize: size * 0.72 }}>
        Mesher
      </span>
    </span>
  );
}
