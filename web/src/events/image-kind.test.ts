import { describe, expect, it } from 'vitest';
import { imageKind } from './image-kind.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('kind of a picture', () => {
  it('WEB33 four kinds are known by their first bytes', () => {
    expect(imageKind(bytes('\u0089PNG\r\n\u001a\n…'))).toBe('image/png');
    expect(imageKind(bytes('\u00ff\u00d8\u00ff\u00e0'))).toBe('image/jpeg');
    expect(imageKind(bytes('GIF89a…'))).toBe('image/gif');
    expect(imageKind(bytes('GIF87a…'))).toBe('image/gif');
    expect(imageKind(bytes('RIFF....WEBPVP8 '))).toBe('image/webp');
  });

  it('WEB33 anything else is none, whatever follows', () => {
    for (const text of [
      '',
      'GIF',
      'GIF88a',
      '<svg xmlns=',
      '<!doctype html>',
      ' \u0089PNG\r\n\u001a\n',
      'RIFF....WAVE',
      'BM',
      '%PDF',
    ])
      expect(imageKind(bytes(text)), text).toBeNull();
  });
});
