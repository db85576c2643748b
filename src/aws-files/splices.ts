import { UserError } from '../lib/errors.ts';
import type { Splice } from './layout.ts';

/** In the order of the text; of two removals that reach for the same characters the second begins after the first. */
export function orderSplices(splices: readonly Splice[]): readonly Splice[] {
  const ordered: Splice[] = [];
  let offset = 0;
  for (const splice of [...splices].sort((one, other) => one.begin - other.begin || one.end - other.end)) {
    const begin = splice.text === '' ? Math.max(splice.begin, offset) : splice.begin;
    if (begin < offset) {
      throw new UserError('The edit was refused: its changes overlap.', {
        hint: 'Make them one after the other, or change the file itself.',
      });
    }
    ordered.push({ begin, end: Math.max(splice.end, begin), text: splice.text });
    offset = Math.max(splice.end, offset);
  }
  return ordered;
}

/** The text with ordered splices made. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = [];
  let offset = 0;
  for (const { begin, end, text: piece } of splices) {
    pieces.push(text.slice(offset, begin), piece);
    offset = end;
  }
  pieces.push(text.slice(offset));
  return pieces.join('');
}

/** Ordered splices of a text as those of a piece of it that begins at `begin`, put at `offset` of another text. */
export function moveSplices(splices: readonly Splice[], begin: number, offset: number): readonly Splice[] {
  return splices.map(splice => ({
    begin: splice.begin - begin + offset,
    end: splice.end - begin + offset,
    text: splice.text,
  }));
}

/** The bytes of a text with ordered splices made, without encoding all of it anew. */
export function spliceBytes(
  bytes: Buffer,
  text: string,
  encoding: 'utf8' | 'binary',
  splices: readonly Splice[],
): Buffer {
  const isNarrow = bytes.length === text.length;
  const pieces: Buffer[] = [];
  let offset = 0;
  let byte = 0;
  const forward = (to: number): number =>
    byte + (isNarrow ? to - offset : Buffer.byteLength(text.slice(offset, to)));
  for (const { begin, end, text: piece } of splices) {
    const from = forward(begin);
    pieces.push(bytes.subarray(byte, from), Buffer.from(piece, encoding === 'utf8' ? 'utf8' : 'latin1'));
    [offset, byte] = [begin, from];
    [offset, byte] = [end, forward(end)];
  }
  return Buffer.concat([...pieces, bytes.subarray(byte)]);
}
