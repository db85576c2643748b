import type { FileReading } from '../merged-section.ts';
import { KNOWN_KEYS } from './known-keys.ts';
import type { Piece } from './problem-list.ts';

/** Where a key and its value stand. The value goes on in the indented rows up to `rowsEnd`. */
export type Definition = {
  readonly row: number;
  readonly rowsEnd: number;
  readonly keyBegin: number;
  readonly valueBegin: number;
  readonly valueEnd: number;
};

/** A definition of the config file that one of the credentials file hides. */
export type Hidden = { readonly key: number; readonly piece: Piece; readonly by: Piece };

const FIELDS = 5;

/**
 * The definitions that count of the known keys of one section: the last ones, credentials after config. One object
 * serves every section in turn, so that ten thousand of them leave nothing behind. Keys are numbers of `known-keys`.
 */
export class Facts {
  readonly #stamps = new Uint32Array(KNOWN_KEYS);
  readonly #fields = new Uint32Array(KNOWN_KEYS * FIELDS);
  readonly #files: (FileReading | undefined)[] = new Array<FileReading | undefined>(KNOWN_KEYS).fill(
    undefined,
  );
  #stamp = 0;
  #hidden: Hidden[] = [];

  /** Forgets everything. */
  start(): void {
    this.#stamp += 1;
    if (this.#hidden.length > 0) {
      this.#hidden = [];
    }
  }

  add(file: FileReading, key: number, definition: Definition): void {
    const before = this.#stamps[key] === this.#stamp ? this.#files[key] : undefined;
    const hidden = before === undefined || before === file ? undefined : this.#hide(key);
    this.#stamps[key] = this.#stamp;
    this.#files[key] = file;
    const at = key * FIELDS;
    this.#fields[at] = definition.row;
    this.#fields[at + 1] = definition.rowsEnd;
    this.#fields[at + 2] = definition.keyBegin;
    this.#fields[at + 3] = definition.valueBegin;
    this.#fields[at + 4] = definition.valueEnd;
    const by = this.whole(key);
    if (hidden !== undefined && by !== undefined && hidden.text !== this.#text(key)) {
      this.#hidden.push({ key, piece: hidden.piece, by });
    }
  }

  /** What the credentials file hides of the config file, where it says something else. */
  get hidden(): readonly Hidden[] {
    return this.#hidden;
  }

  /** The file in which the key is set. */
  file(key: number): FileReading | undefined {
    return this.#stamps[key] === this.#stamp ? this.#files[key] : undefined;
  }

  /** Whether the key has a value, on its own line or in those after it. */
  has(key: number): boolean {
    return this.file(key) !== undefined && (this.#field(key, 3) < this.#field(key, 4) || this.#isLong(key));
  }

  /** The value of a key; undefined where it is not set, empty, or goes on in further lines. */
  value(key: number): string | undefined {
    const file = this.file(key);
    return file === undefined || !this.has(key) || this.#isLong(key)
      ? undefined
      : file.reading.document.read(this.#field(key, 3), this.#field(key, 4));
  }

  /** The value on its line; the key where there is none. */
  piece(key: number): Piece | undefined {
    const file = this.file(key);
    if (file === undefined) {
      return undefined;
    }
    const row = this.#field(key, 0);
    const begin = this.#field(key, 3);
    const end = this.#field(key, 4);
    return begin < end
      ? { file, row, lastRow: row, begin, end }
      : { file, row, lastRow: row, begin: this.#field(key, 2), end: file.reading.document.end(row) };
  }

  /** The key with its value. */
  whole(key: number): Piece | undefined {
    const file = this.file(key);
    if (file === undefined) {
      return undefined;
    }
    const row = this.#field(key, 0);
    const lastRow = this.#field(key, 1) - 1;
    return { file, row, lastRow, begin: this.#field(key, 2), end: file.reading.document.end(lastRow) };
  }

  #hide(key: number): { readonly piece: Piece; readonly text: string } | undefined {
    const piece = this.whole(key);
    return piece === undefined ? undefined : { piece, text: this.#text(key) };
  }

  /** The value with its further rows, blanks left out, to tell one from another. */
  #text(key: number): string {
    const document = this.file(key)?.reading.document;
    const pieces = [document?.read(this.#field(key, 3), this.#field(key, 4)) ?? ''];
    for (let row = this.#field(key, 0) + 1; row < this.#field(key, 1); row++) {
      if (document?.isIndented(row) === true) {
        pieces.push(document.read(document.begin(row), document.end(row)));
      }
    }
    return pieces.join('\n');
  }

  #isLong(key: number): boolean {
    return this.#field(key, 1) > this.#field(key, 0) + 1;
  }

  #field(key: number, field: number): number {
    return this.#fields[key * FIELDS + field] ?? 0;
  }
}
