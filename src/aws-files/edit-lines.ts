import { UserError } from '../lib/errors.ts';
import type { Document } from './document.ts';
import type { Target } from './edit-target.ts';
import type { ReplaceLines } from './file-edits.ts';
import type { Splice } from './layout.ts';

/** Replaces whole lines where they still read as given. Throws `UserError` where they do not. */
export function planLines({ document }: Target, edit: ReplaceLines): readonly Splice[] {
  const { text } = document;
  const begin = startOfLine(document, edit.line);
  let end = begin;
  let lineEnd = '';
  for (const was of edit.was) {
    const next = nextLine(text, end);
    const [, content = '', ending = ''] = /^([^\r\n]*)(\r\n|\r|\n|)$/.exec(text.slice(end, next)) ?? [];
    if (content !== document.encode(was) || end === next) {
      throw new UserError(`Line ${edit.line} is not as it was, so nothing was written.`, {
        hint: 'The file changed meanwhile. Look at it, then try again.',
      });
    }
    lineEnd ||= ending;
    end = next;
  }
  const separator = lineEnd || /\r\n|\r|\n/.exec(text)?.[0] || '\n';
  const lines = edit.now.map(line => document.encode(line)).join(separator);
  if (edit.now.length === 0) {
    return [{ begin, end, text: '' }];
  }
  if (begin === text.length && begin > 0 && !/[\r\n]$/.test(text)) {
    return [{ begin, end, text: separator + lines }];
  }
  const isClosed = end === begin || /[\r\n]$/.test(text.slice(begin, end));
  return [{ begin, end, text: isClosed ? lines + separator : lines }];
}

/** Offset of a line; a byte order mark is part of the first. The end of the text for a line that is not there. */
function startOfLine(document: Document, wanted: number): number {
  let low = 0;
  let high = document.rows;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (document.line(middle) <= wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // The last row that is not below it.
  const row = low - 1;
  let line = row < 0 ? 1 : document.line(row);
  let offset = line === 1 ? 0 : document.lineStart(row);
  for (; line < wanted; line++) {
    offset = nextLine(document.text, offset);
  }
  return offset;
}

function nextLine(text: string, from: number): number {
  const found = /\r\n|\r|\n/g;
  found.lastIndex = from;
  return found.exec(text) === null ? text.length : found.lastIndex;
}
