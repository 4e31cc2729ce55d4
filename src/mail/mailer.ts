/**
 * Sends plain text mail over the SMTP server of the settings. In: an address, a subject, a text. Out: whether the server
 * took it. Failures are logged and answered, never thrown: no command depends on a mail.
 */
import { createTransport } from 'nodemailer';
import type { Logger } from '../log.ts';

const TIMEOUT_MS = 10_000;

export interface Mailer {
  send(mail: { to: string; subject: string; text: string }): Promise<boolean>;
}

/** null when there is no server: what would be mailed is then handed over as a link. */
export function createMailer(o: { smtpUrl: string | undefined; from: string; log: Logger }): Mailer | null {
  if (o.smtpUrl === undefined) return null;
  const transport = createTransport(
    {
      url: o.smtpUrl,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // Texts are ours; nothing is read from files or addresses.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: o.from },
  );
  return {
    async send({ to, subject, text }) {
      try {
        // An address as an object: a comma in it cannot become a second recipient.
        await transport.sendMail({ to: { name: '', address: to }, subject, text });
        return true;
      } catch (error) {
        o.log.error({ err: error }, 'mail could not be sent');
        return false;
      }
    },
  };
}
