import { UserError } from '../lib/errors.ts';
import type { Target } from './edit-target.ts';
import type { ReplaceLines } from './file-edits.ts';
import type { Splice } from './layout.ts';

/** Replaces whole lines where they still read as given. Throws `UserError` where they do not. */
export function planLines({ document }: Target, edit: ReplaceLines): readonly Splice[] {
  const { text } = document;
  let begin = 0;
  for (let line = 1; line < edit.line; line++) {
    begin = nextLine(text, begin);
  }
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
  const isClosed = end === begin || /[\r\n]$/.test(text.slice(begin, end));
  const separator = lineEnd || /\r\n|\r|\n/.exec(text)?.[0] || '\n';
  const lines = edit.now.map(line => document.encode(line)).join(separator);
  return [{ begin, end, text: edit.now.length > 0 && isClosed ? lines + separator : lines }];
}

function nextLine(text: string, from: number): number {
  const found = /\r\n|\r|\n/g;
  found.lastIndex = from;
  return found.exec(text) === null ? text.length : found.lastIndex;
}
