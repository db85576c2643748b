import { UserError } from '../lib/errors.ts';
import { readSdk } from './dialects/sdk.ts';
import { type Document, parseDocument, parseText, printDocument } from './document.ts';
import { planEdit } from './edit-plan.ts';
import type { Target } from './edit-target.ts';
import { verifyEdit } from './edit-verify.ts';
import type { Edit } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import type { Splice } from './layout.ts';
import { indexSections } from './profiles.ts';

/**
 * The bytes of a file with `edits` applied in order; `undefined` stands for a file that does not exist.
 * Each edit is the smallest change of text that does it, and is read back: it must do what was asked and
 * change nothing else. Throws `UserError` when it cannot be made or would not read back.
 */
export function applyEdits(bytes: Uint8Array | undefined, file: FileName, edits: readonly Edit[]): Buffer {
  const document = parseDocument(bytes ?? new Uint8Array());
  let target = makeTarget(document, file);
  for (const edit of edits) {
    const splices = planEdit(target, edit);
    if (splices.length > 0) {
      const { text, encoding } = target.document;
      const edited = makeTarget(parseText(applySplices(text, splices), encoding), file);
      // Lines are given as text, and mean what they say.
      if (edit.type !== 'lines') {
        verifyEdit(target, edited, edit);
      }
      target = edited;
    }
  }
  return printDocument(target.document);
}

function makeTarget(document: Document, file: FileName): Target {
  const reading = readSdk(document, file);
  return { document, reading, index: indexSections([{ path: file, reading }]) };
}

function applySplices(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = [];
  let offset = 0;
  for (const splice of [...splices].sort((one, other) => one.begin - other.begin)) {
    // Two removals may both reach for the blank lines between them.
    const begin = splice.text === '' ? Math.max(splice.begin, offset) : splice.begin;
    if (begin < offset) {
      throw new UserError('The edit was refused: its changes overlap.');
    }
    pieces.push(text.slice(offset, begin), splice.text);
    offset = Math.max(splice.end, offset);
  }
  pieces.push(text.slice(offset));
  return pieces.join('');
}
