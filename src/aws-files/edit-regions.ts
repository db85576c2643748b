import type { SdkReading } from './dialects/sdk.ts';
import { type Document, parseText } from './document.ts';
import type { Splice } from './layout.ts';
import { applySplices, moveSplices } from './splices.ts';

/** A piece of a text, from `begin` to `end`. */
export type Span = { readonly begin: number; readonly end: number };

/**
 * Cuts a file into pieces that every dialect reads for themselves: from one header of the common form to another.
 * What an edit does to such a piece, its readings before and after tell, however long the file is.
 */
export class Regions {
  readonly #reading: SdkReading;

  constructor(reading: SdkReading) {
    this.#reading = reading;
  }

  /** The least region that has the span well inside: the lines of the headers at its ends are not touched. */
  around({ begin, end }: Span): Span {
    const { sections } = this.#reading;
    let first = this.#lastBefore(begin);
    while (first >= 0 && !(this.#isBorder(first) && this.#endOfHeader(first) <= begin)) {
      first -= 1;
    }
    let next = first + 1;
    while (next < sections.length && !(this.#isBorder(next) && this.#start(next) > end)) {
      next += 1;
    }
    return { begin: first < 0 ? 0 : this.#start(first), end: this.#start(next) };
  }

  /** The last section whose header begins before the offset; -1 when there is none. */
  #lastBefore(offset: number): number {
    let low = 0;
    let high = this.#reading.sections.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#start(middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  #start(section: number): number {
    const { document, sections } = this.#reading;
    const rows = sections[section];
    return rows === undefined ? document.text.length : document.lineStart(rows.header);
  }

  /** The offset after the line of a section's header. */
  #endOfHeader(section: number): number {
    const { document, sections } = this.#reading;
    const rows = sections[section];
    return rows === undefined ? document.text.length : document.lineEnd(rows.header);
  }

  /**
   * Whether a section begins here to every dialect, whatever stands before: a header at the margin, of the form that
   * has the same name to all, in a line that ends with a line feed, as the one before does.
   */
  #isBorder(section: number): boolean {
    const { document, file, sections } = this.#reading;
    const rows = sections[section];
    if (rows === undefined || rows.kind === 'ignored' || rows.kind === 'broken') {
      return false;
    }
    const { text } = document;
    const { header, kind, name, bareDefault } = rows;
    const begin = document.begin(header);
    const form = file === 'credentials' || bareDefault ? `[${name}]` : `[${kind} ${name}]`;
    return (
      document.end(header) === begin + form.length &&
      text.startsWith(form, begin) &&
      (begin === 0 || text.charAt(begin - 1) === '\n') &&
      text.charAt(document.lineEnd(header) - 1) === '\n' &&
      name !== '__proto__' &&
      name !== 'DEFAULT'
    );
  }
}

/** Spans in order, those that overlap made one. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.begin - other.begin)) {
    const last = joined.at(-1);
    if (last !== undefined && span.begin < last.end) {
      joined[joined.length - 1] = { begin: last.begin, end: Math.max(last.end, span.end) };
    } else {
      joined.push(span);
    }
  }
  return joined;
}

/** Pieces of a file put together, before and after a change. */
export type Excerpt = {
  readonly before: Document;
  readonly after: Document;
  /** The change, by the offsets of `before`. */
  readonly splices: readonly Splice[];
};

/** The regions of a document as a document of their own, and what becomes of it. Every splice is inside of one. */
export function excerpt(document: Document, regions: readonly Span[], splices: readonly Splice[]): Excerpt {
  const { text, encoding } = document;
  const moved: Splice[] = [];
  let before = '';
  let next = 0;
  for (const { begin, end } of regions) {
    let last = next;
    while (last < splices.length && (splices[last]?.end ?? end) <= end) {
      last += 1;
    }
    moved.push(...moveSplices(splices.slice(next, last), begin, before.length));
    next = last;
    before += text.slice(begin, end);
  }
  return {
    before: parseText(before, encoding),
    after: parseText(applySplices(before, moved), encoding),
    splices: moved,
  };
}
