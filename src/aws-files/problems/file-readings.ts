import { PlainRows } from '../dialects/plain-rows.ts';
import { readDialect } from '../dialects/read.ts';
import type { DialectReading } from '../dialects/reading.ts';
import type { SectionRows } from '../dialects/sdk.ts';
import { FileDialects, type SectionName } from '../file-dialects.ts';
import type { Dialect } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import { findLoneReturn } from './file-problems.ts';

/** A file as each dialect reads it, each read when first asked for. Most files never need it. */
export class FileReadings {
  readonly file: FileReading;
  readonly dialects: FileDialects;
  readonly #readings = new Map<Dialect, DialectReading>();
  #plain: PlainRows | undefined;
  #joinsLines: boolean | undefined;

  constructor(file: FileReading) {
    this.file = file;
    this.dialects = new FileDialects(file.reading);
  }

  /**
   * The names of a section and who reads it by which. In a file with lone carriage returns the JavaScript SDK is left
   * out: it takes several lines for one, which is said of the file as a whole.
   */
  namesOf(rows: SectionRows): readonly SectionName[] {
    const names = this.dialects.namesOf(rows);
    return this.joinsLines
      ? names
          .map(name => ({ ...name, readBy: name.readBy.filter(dialect => dialect !== 'js') }))
          .filter(({ readBy }) => readBy.length > 0)
      : names;
  }

  /** Whether the JavaScript SDK takes several lines of the file for one. */
  get joinsLines(): boolean {
    this.#joinsLines ??= findLoneReturn(this.file.reading.document) !== -1;
    return this.#joinsLines;
  }

  of(dialect: Dialect): DialectReading {
    const known = this.#readings.get(dialect);
    if (known !== undefined) {
      return known;
    }
    const { document, file } = this.file.reading;
    this.#plain ??= new PlainRows(document, file);
    const reading = readDialect(dialect, document, file, this.#plain);
    this.#readings.set(dialect, reading);
    return reading;
  }
}
