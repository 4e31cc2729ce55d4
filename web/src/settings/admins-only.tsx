/** Fields that only admins of the organization change; others see them, and why they cannot. */
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';

export function AdminsOnly({ may, children }: { may: boolean; children: ReactNode }) {
  return (
    <fieldset disabled={!may} className="min-w-0 space-y-4">
      {!may && (
        <p className="flex items-center gap-2 text-sm text-muted">
          <Lock size={14} aria-hidden="true" className="shrink-0" />
          Only owners and admins of the organization can change this.
        </p>
      )}
      {children}
    </fieldset>
  );
}
