/** Through a real SMTP server on this machine. */
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer } from './mailer.ts';

const log = pino({ level: 'silent' });
const servers: SMTPServer[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise<void>((done) => server.close(() => done()))),
  );
});

interface Received {
  to: string[];
  text: string;
}

async function smtp(received: Received[], password: string): Promise<number> {
  const server = new SMTPServer({
    // A self-made certificate is none that the client may trust.
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: 'mesher' }) : done(new Error('wrong password')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('mailer', () => {
  it('AU20 signs in and sends text to one address, whatever is written in it', async () => {
    const received: Received[] = [];
    const port = await smtp(received, 'p@ss');
    const mailer = createMailer({
      smtpUrl: `smtp://mesher:p%40ss@127.0.0.1:${port}`,
      from: 'Mesher <m@example.com>',
      log,
    });
    const mail = { to: 'ann@example.com', subject: 'Hi\r\nBcc: eve@example.com', text: 'Grüße\n' };
    expect(await mailer?.send(mail)).toBe(true);
    expect(received).toHaveLength(1);
    expect(received[0]?.to).toEqual(['ann@example.com']);
    expect(received[0]?.text).toContain('From: Mesher <m@example.com>');
    expect(received[0]?.text).not.toMatch(/^Bcc:/im);
  });

  it('AU20 a server that refuses or is away is an answer, not an error', async () => {
    const port = await smtp([], 'right');
    const wrong = createMailer({ smtpUrl: `smtp://mesher:wrong@127.0.0.1:${port}`, from: 'a@b.c', log });
    const mail = { to: 'ann@example.com', subject: 'Hi', text: 'x' };
    expect(await wrong?.send(mail)).toBe(false);
    const away = createMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: 'a@b.c', log });
    expect(await away?.send(mail)).toBe(false);
    expect(createMailer({ smtpUrl: undefined, from: 'a@b.c', log })).toBeNull();
  });
});
