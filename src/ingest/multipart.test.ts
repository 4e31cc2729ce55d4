import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, MultipartError, readMultipart } from './multipart.ts';

const BODY = Buffer.from(
  [
    'ignored\r\n--b\r\nContent-Disposition: form-data; name="sentry"\r\n\r\n{"release":"1"}',
    'Content-Disposition: form-data; name="upload_file_minidump"; filename="a\\"b.dmp"\r\nContent-Type: application/x-dmp\r\n\r\nMDMP\r\n--not a boundary\r\n',
    '\r\nno headers',
    'Content-Disposition: form-data; name=empty\r\n\r\n',
  ].join('\r\n--b\r\n') + '\r\n--b--\r\nafter',
);

async function parts(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const all: { name: string; filename: string | null; bytes: string; ended: boolean }[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const piece of readMultipart(source(), 'b')) {
    const last = all.at(-1);
    if (piece.kind === 'part')
      all.push({ name: piece.name, filename: piece.filename, bytes: '', ended: false });
    else if (last && piece.kind === 'data') last.bytes += Buffer.from(piece.bytes).toString();
    else if (last) last.ended = true;
  }
  return all;
}

describe('multipart', () => {
  it('IN70 parts come out whole, however the bytes are split', async () => {
    const whole = await parts([BODY]);
    expect(whole).toEqual([
      { name: 'sentry', filename: null, bytes: '{"release":"1"}', ended: true },
      {
        name: 'upload_file_minidump',
        filename: 'a"b.dmp',
        bytes: 'MDMP\r\n--not a boundary\r\n',
        ended: true,
      },
      { name: '', filename: null, bytes: 'no headers', ended: true },
      { name: 'empty', filename: null, bytes: '', ended: true },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: BODY.length }), { maxLength: 40 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), BODY.length];
        const chunks = at.slice(1).map((end, i) => BODY.subarray(at[i], end));
        expect(await parts(chunks)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('IN70 what ends early or is no form is an error, never a hang', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: BODY.length - 10 }), async (length) => {
        await expect(parts([BODY.subarray(0, length)])).rejects.toThrow(MultipartError);
      }),
    );
    await expect(parts([Buffer.alloc(100_000, 'x')])).rejects.toThrow(MultipartError);
    expect(boundaryOf('multipart/form-data; boundary="a b"')).toBe('a b');
    expect(boundaryOf('application/json')).toBe(null);
  });
});
