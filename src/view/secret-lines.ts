import { readDialect } from '../aws-files/dialects/read.ts';
import type { Document } from '../aws-files/document.ts';
import { DIALECTS } from '../aws-files/file-dialects.ts';
import { isHarmless, maskedValue } from '../aws-files/schema.ts';

/** By line, counted from zero: what must not be seen of it. `undefined` stands for all of the line. */
export type SecretLines = ReadonlyMap<number, string | undefined>;

/**
 * What some tool of AWS's reads as a value that may be secret, or as a further line of one, whichever of the two files
 * the text is. Lines end with LF, CRLF or CR.
 */
export function findSecretLines(document: Document): SecretLines {
  const rows = new Map<number, string | undefined>();
  for (const file of ['config', 'credentials'] as const) {
    for (const dialect of DIALECTS) {
      for (const section of readDialect(dialect, document, file).sections) {
        section.walk(cursor => {
          const key = cursor.key();
          if (cursor.opensBlock || isHarmless(key)) {
            return;
          }
          const own = document.text.slice(cursor.valueBegin, cursor.valueEnd);
          if (own !== '' && maskedValue(key, own).text !== own && !rows.has(cursor.row)) {
            rows.set(cursor.row, own);
          }
          for (let row = cursor.row + 1; row < cursor.rowsEnd; row++) {
            rows.set(row, undefined);
          }
        });
      }
    }
  }
  return linesOf(document, rows);
}

/** A row is a line to those who count LF alone; where it holds a lone CR, it is several here. */
function linesOf(document: Document, rows: ReadonlyMap<number, string | undefined>): SecretLines {
  const lines = new Map<number, string | undefined>();
  let line = 0;
  let offset = 0;
  for (const [row, hidden] of [...rows].sort(([one], [other]) => one - other)) {
    line += countEnds(document.text.slice(offset, document.begin(row)));
    offset = document.end(row);
    const more = countEnds(document.text.slice(document.begin(row), offset));
    for (let each = 0; each <= more; each++) {
      lines.set(line + each, more === 0 ? hidden : undefined);
    }
    line += more;
  }
  return lines;
}

function countEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
