import { UserError } from '../lib/errors.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { isPlainName, type SdkReading } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import { findSection, needFree, needSection, refuse, type Target } from './edit-target.ts';
import type { KeyValue, SectionRef } from './file-edits.ts';
import { formatSettings, type Layout, layoutOf, type Splice } from './layout.ts';
import { validateKey, validateText } from './names.ts';
import type { Part } from './profiles.ts';

/** Adds a section at the end of the file. */
export function planAdd(target: Target, ref: SectionRef, settings: readonly KeyValue[]): readonly Splice[] {
  needFree(target, ref);
  const seen = new Set<string>();
  for (const [key, value] of settings) {
    refuse(validateKey(key));
    refuse(validateText(key, value));
    if (seen.has(key.toLowerCase())) {
      throw new UserError(`The key ${key.toLowerCase()} is given twice.`, { hint: 'Give it once.' });
    }
    seen.add(key.toLowerCase());
  }
  const { document } = target;
  const layout = layoutOf(target.reading, undefined);
  const lines = formatSettings(
    layout,
    settings.map(([key, value]) => [key.toLowerCase(), document.encode(value)]),
  );
  return [appendSection(target, ref, lines.map(line => line + layout.lineEnd).join(''), layout)];
}

function appendSection(target: Target, ref: SectionRef, body: string, layout: Layout): Splice {
  const { document, reading } = target;
  const { text } = document;
  const open = text !== '' && !/[\r\n]$/.test(text) && document.rows > 0;
  const gap = document.rows > 0 && !/(^|\n|\r(?!\n))[ \t]*(\r\n|[\r\n])$/.test(text) && separates(reading);
  const before = (open ? layout.lineEnd : '') + (gap ? layout.lineEnd : '');
  const header = `[${document.encode(headerText(reading, ref))}]${layout.lineEnd}`;
  return { begin: text.length, end: text.length, text: before + header + body };
}

/** Whether sections stand apart from each other by blank lines; so they do in a file that shows neither. */
function separates(reading: SdkReading): boolean {
  const { document, sections } = reading;
  const later = sections.slice(1);
  return (
    later.length === 0 ||
    later.some(({ header }) => {
      let row = header;
      while (row > 0 && document.isComment(row - 1) && document.line(row) - document.line(row - 1) === 1) {
        row -= 1;
      }
      return row > 0 && document.line(row) - document.line(row - 1) > 1;
    })
  );
}

/** What stands between the brackets: the form that every reader takes, quoted only where AWS CLI's writer quotes. */
function headerText(reading: SdkReading, { kind, name }: SectionRef): string {
  if (reading.file === 'credentials' || (kind === 'profile' && name === 'default')) {
    return name;
  }
  return `${kind} ${isPlainName(name) ? name : quoteWord(name)}`;
}

/** Removes every section of a name, its lines and the blank ones after it. */
export function planRemove(target: Target, ref: SectionRef): readonly Splice[] {
  const section = findSection(target.index, ref);
  if (section === undefined) {
    return [];
  }
  // A bare [default] that did not count would count once [profile default] is gone.
  const hidden = target.reading.sections.filter(
    rows => rows.bareDefault && ref.kind === 'profile' && ref.name === 'default',
  );
  const known = new Set(section.parts.map(part => part.rows));
  const headers = [...known, ...hidden.filter(rows => !known.has(rows))];
  return headers.map(rows => removeSection(target.document, rows.header, bodyEnd(target.document, rows)));
}

/** From the header's line to the next line that is not blank; at the end of the file, the blank lines before go. */
function removeSection(document: Document, header: number, end: number): Splice {
  if (end < document.rows) {
    return { begin: document.lineStart(header), end: document.lineStart(end), text: '' };
  }
  const begin = header === 0 ? document.lineStart(header) : document.lineEnd(header - 1);
  return { begin, end: document.text.length, text: '' };
}

/** The row after the section's own rows: comments at the margin that lead up to the next header are not its own. */
function bodyEnd(document: Document, rows: Part['rows']): number {
  let end = rows.end;
  while (end > rows.header + 1 && document.isComment(end - 1) && !document.isIndented(end - 1)) {
    end -= 1;
  }
  // Comments that follow the last key without a blank line, and have one after them, are about that key.
  let own = end;
  while (own < rows.end && document.line(own) - document.line(own - 1) === 1) {
    own += 1;
  }
  const isApart = own === document.rows || document.line(own) - document.line(own - 1) > 1;
  return isApart ? own : end;
}

/** Changes the name in every header of a section, and nothing else where that reads back. */
export function planRename(target: Target, ref: SectionRef, name: string): readonly Splice[] {
  const section = needSection(target, ref);
  const renamed = { kind: ref.kind, name };
  needFree(target, renamed);
  const { document, reading } = target;
  return section.parts.map(({ rows }) => {
    const begin = document.begin(rows.header) + 1;
    const close = document.mark(rows.header);
    const inner = document.text.slice(begin, close);
    const isPlain = rows.kind === ref.kind && !rows.bareDefault && isPlainName(name) && name !== 'default';
    if (!isPlain) {
      return { begin, end: close, text: document.encode(headerText(reading, renamed)) };
    }
    const at = begin + inner.lastIndexOf(ref.name);
    return { begin: at, end: at + ref.name.length, text: name };
  });
}

/** Adds a section with another's lines, comments included. */
export function planCopy(target: Target, ref: SectionRef, name: string): readonly Splice[] {
  const section = needSection(target, ref);
  const copied = { kind: ref.kind, name };
  const part = section.parts[0];
  if (part === undefined || section.parts.length > 1) {
    return planAdd(
      target,
      copied,
      section.settings().map(({ key, value }) => [key, value]),
    );
  }
  needFree(target, copied);
  const { document } = target;
  const layout = layoutOf(target.reading, part);
  const body = document.text.slice(
    document.lineEnd(part.rows.header),
    document.lineEnd(bodyEnd(document, part.rows) - 1),
  );
  const closed = body === '' || /[\r\n]$/.test(body) ? body : body + layout.lineEnd;
  return [appendSection(target, copied, closed, layout)];
}
