/** The second factor: set up with an authenticator app, new backup codes, taken off; each with the password. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { meQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toast-store.ts';
import { BackupCodes } from './backup-codes.tsx';
import { PasswordAsked } from './password-asked.tsx';
import { Card } from './settings-frame.tsx';
import { TwoFactorSetup } from './two-factor-setup.tsx';

type Step =
  | { kind: 'idle' }
  | { kind: 'turn_on' | 'turn_off' | 'new_codes' }
  | { kind: 'set_up'; uri: string; codes: string[] }
  | { kind: 'codes'; codes: string[] };

export function TwoFactorCard({ isOn }: { isOn: boolean }) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step>({ kind: 'idle' });
  const idle = () => setStep({ kind: 'idle' });
  const changed = () => client.invalidateQueries({ queryKey: meQuery.queryKey });
  const turnOn = useMutation({
    mutationFn: api.startTwoFactor,
    onSuccess: ({ totpURI: uri, backupCodes: codes }) => setStep({ kind: 'set_up', uri, codes }),
  });
  const turnOff = useMutation({
    mutationFn: api.endTwoFactor,
    onSuccess: async () => {
      idle();
      showToast({ title: 'The second factor is off' });
      await changed();
    },
  });
  const newCodes = useMutation({
    mutationFn: api.newBackupCodes,
    onSuccess: ({ backupCodes: codes }) => setStep({ kind: 'codes', codes }),
  });
  return (
    <Card
      title="Second factor"
      lead={
        isOn
          ? 'On: signing in needs a code of your authenticator app.'
          : 'Off: whoever has your password can sign in.'
      }
    >
      <div className="p-4">
        {step.kind === 'idle' && (
          <div className="flex flex-wrap gap-2">
            {isOn ? (
              <>
                <Button onClick={() => setStep({ kind: 'new_codes' })}>New backup codes</Button>
                <Button kind="danger" onClick={() => setStep({ kind: 'turn_off' })}>
                  Turn off
                </Button>
              </>
            ) : (
              <Button kind="primary" onClick={() => setStep({ kind: 'turn_on' })}>
                Set up
              </Button>
            )}
          </div>
        )}
        {step.kind === 'turn_on' && <PasswordAsked submit="Go on" action={turnOn} onCancel={idle} />}
        {step.kind === 'turn_off' && <PasswordAsked submit="Turn off" action={turnOff} onCancel={idle} />}
        {step.kind === 'new_codes' && (
          <PasswordAsked submit="Make new codes" action={newCodes} onCancel={idle} />
        )}
        {step.kind === 'set_up' && (
          <TwoFactorSetup
            uri={step.uri}
            onCancel={idle}
            onDone={async () => {
              setStep({ kind: 'codes', codes: step.codes });
              await changed();
            }}
          />
        )}
        {step.kind === 'codes' && <BackupCodes codes={step.codes} onDone={idle} />}
      </div>
    </Card>
  );
}
