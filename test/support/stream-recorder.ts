/** What a page asks of the stream and is told by it, though the socket is in the worker that its tabs share. */
import type { Page } from 'playwright-core';

export interface StreamRecord {
  /** Fields of `subscribe` commands, as JSON. */
  readonly sent: string[];
  /** Messages, as JSON. */
  readonly received: string[];
}

/** Before the page is opened; lasts over reloads. */
export async function recordStream(page: Page): Promise<StreamRecord> {
  const record: StreamRecord = { sent: [], received: [] };
  await page.exposeFunction('recordStream', (list: keyof StreamRecord, text: string) => {
    record[list].push(text);
  });
  await page.addInitScript(`
    globalThis.SharedWorker = class extends SharedWorker {
      constructor(...args) {
        super(...args);
        const { port } = this;
        const post = port.postMessage.bind(port);
        port.postMessage = (message) => {
          if (message.kind === 'subscribe') recordStream('sent', JSON.stringify(message.fields));
          post(message);
        };
        port.addEventListener('message', ({ data }) => {
          if (data.kind === 'event' && data.event.kind === 'message')
            recordStream('received', JSON.stringify(data.event.message));
        });
      }
    };`);
  return record;
}
