/** The quiet page around set-up and sign-in. */
import type { ReactNode } from 'react';
import { Logo } from '../ui/logo.tsx';

interface Props {
  title: string;
  lead?: string;
  children: ReactNode;
}

export function AuthFrame({ title, lead, children }: Props) {
  return (
    <div className="relative flex min-h-dvh flex-col items-center justify-center overflow-hidden bg-bg px-4 py-10">
      <MeshBackdrop />
      <main className="relative w-full max-w-105">
        <div className="mb-7 flex justify-center">
          <Logo size={30} />
        </div>
        <div className="rounded-xl border border-line bg-panel p-7 shadow-[0_12px_40px_-18px_var(--shadow)]">
          <h1 className="text-xl font-semibold tracking-[-0.015em]">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-muted">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </main>
    </div>
  );
}

function MeshBackdrop() {
  return (
    <svg aria-hidden="true" className="absolute inset-0 size-full text-accent opacity-[0.09]">
      <defs>
        <pattern id="mesh" width="56" height="97" patternUnits="userSpaceOnUse">
          <path
            d="M28 0v16M28 16 0 32v33L28 81l28-16V32zM28 81v16"
            fill="none"
            stroke="currentColor"
            strokeWidth="1"
          />
        </pattern>
        <radialGradient id="fade">
          <stop offset="0" stopColor="white" />
          <stop offset="1" stopColor="white" stopOpacity="0" />
        </radialGradient>
        <mask id="fade-mask">
          <rect width="100%" height="100%" fill="url(#fade)" />
        </mask>
      </defs>
      <rect width="100%" height="100%" fill="url(#mesh)" mask="url(#fade-mask)" />
    </svg>
  );
}
