import type { Fault } from '../dialects/sdk.ts';
import { Definitions, readBlock, type SubDefinition } from '../dialects/sdk-definitions.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import { findKey } from '../schema.ts';
import type { KeySchema } from '../schema-keys.ts';
import { isCommonValue, isFree, UNIQUE } from './common-values.ts';
import { reportDuplicate } from './duplicate-problems.ts';
import type { KeyAdvice } from './key-advice.ts';
import { findKnownKey, KNOWN_KEYS, keyName, schemaOf } from './known-keys.ts';
import { reportFault } from './line-faults.ts';
import { fixPiece } from './line-fixes.ts';
import { type Piece, type ProblemList, pieceOf, type Subject } from './problem-list.ts';
import { Facts } from './profile-facts.ts';
import { hasKey, keyBefore, type SectionPart, trimPiece } from './section-lines.ts';
import { judgeValue, reportValue, type Verdict } from './value-problems.ts';

/** A section in which some row is not one that every tool reads alike. */
export type OddSection = {
  readonly part: SectionPart;
  readonly kind: SectionKind;
  readonly subject: Subject | undefined;
};

/** Enough for what the profiles of one file have in common. */
const MAX_RIGHT = 8;

/** A key of a block, lower case, with its block: `s3.addressing_style`. */
type NestedKey = { readonly name: string; readonly schema: KeySchema | undefined };

/**
 * One pass over the lines of a section: what is wrong with single lines, keys and values, and which definitions count.
 * It is what every line of the files costs, so that it copies nothing out of a line in order.
 */
export class SectionSearch {
  /** What counts in the section that was begun last. */
  readonly facts = new Facts();
  /** Sections whose rows the tools may read differently. */
  readonly odd: OddSection[] = [];
  /** The first row of each file that holds a secret. */
  readonly secrets = new Map<FileName, number>();
  readonly #problems: ProblemList;
  readonly #advice: KeyAdvice;
  /** Values of each key that were found right: most profiles share theirs. */
  readonly #right: readonly string[][] = Array.from({ length: KNOWN_KEYS }, () => []);
  readonly #seen = new Uint32Array(KNOWN_KEYS);
  readonly #unknown = new Set<string>();
  readonly #nested = new Map<string, NestedKey>();
  #generation = 0;
  #suspects: { readonly piece: Piece; readonly verdict: Verdict }[] = [];
  #kind: SectionKind = 'profile';
  #subject: Subject | undefined;
  #isOdd = false;
  #counts = true;
  #isStray = false;

  constructor(problems: ProblemList, advice: KeyAdvice) {
    this.#problems = problems;
    this.#advice = advice;
  }

  /** Begins with a section of that kind; its parts follow. */
  start(kind: SectionKind, subject: Subject | undefined): void {
    this.facts.start();
    this.#kind = kind;
    this.#subject = subject;
    if (this.#suspects.length > 0) {
      this.#suspects = [];
    }
  }

  /** Reads one part of the section. `counts` is false for one that the SDKs do not read beside others that they do. */
  read(part: SectionPart, counts: boolean): void {
    const { document } = part.file.reading;
    this.#generation += 1;
    this.#isOdd = false;
    this.#counts = counts;
    this.#isStray = false;
    if (this.#unknown.size > 0) {
      this.#unknown.clear();
    }
    const definitions = new Definitions(document, part.rows, (row, fault) => this.#fault(part, row, fault));
    while (definitions.next()) {
      const { keyBegin, keyEnd } = definitions;
      const key = findKnownKey(document.text, keyBegin, keyEnd);
      if (key === -1) {
        this.#readOther(part, definitions);
      } else {
        this.#readKnown(part, definitions, key);
      }
    }
    if (this.#isOdd) {
      this.odd.push({ part, kind: this.#kind, subject: this.#subject });
    }
  }

  /** Says what is wrong with the section's values, all of it being read. */
  finish(hasEndpoint: boolean): void {
    for (const { piece, verdict } of this.#suspects) {
      if (!(hasEndpoint && verdict.unlessEndpoint)) {
        reportValue(this.#problems, piece, verdict, this.#subject);
      }
    }
  }

  #readKnown(part: SectionPart, definitions: Definitions, key: number): void {
    const { document } = part.file.reading;
    const { row, rowsEnd, valueBegin, valueEnd } = definitions;
    if (this.#seen[key] === this.#generation) {
      reportDuplicate(this.#problems, part, row, keyName(key), false, this.#subject);
    }
    this.#seen[key] = this.#generation;
    if (this.#counts) {
      this.facts.add(part.file, key, definitions);
    }
    if (rowsEnd > row + 1 && definitions.isBlock()) {
      this.#readBlock(part, definitions, keyName(key));
      return;
    }
    this.#isOdd ||=
      rowsEnd > row + 1 || document.isIndented(row) || !isCommonValue(document, row, valueBegin, valueEnd);
    const schema = schemaOf(key);
    if (schema === undefined || rowsEnd > row + 1) {
      return;
    }
    if (valueBegin < valueEnd) {
      this.#noteSecret(part.file, row, schema);
    }
    if (
      isFree(schema, document.text.charCodeAt(valueBegin)) ||
      this.#isKnownRight(key, document.text, valueBegin, valueEnd)
    ) {
      return;
    }
    const right = this.#right[key];
    const isRight = this.#isRight(part.file, row, valueBegin, valueEnd, schema);
    if (isRight && right !== undefined && right.length < MAX_RIGHT && !UNIQUE.has(schema.type)) {
      right.push(document.text.slice(valueBegin, valueEnd));
    }
  }

  #noteSecret({ reading }: FileReading, row: number, schema: KeySchema | undefined): void {
    if (schema?.secret && !this.secrets.has(reading.file)) {
      this.secrets.set(reading.file, row);
    }
  }

  #isKnownRight(key: number, text: string, begin: number, end: number): boolean {
    for (const value of this.#right[key] ?? []) {
      if (value.length === end - begin && text.startsWith(value, begin)) {
        return true;
      }
    }
    return false;
  }

  /** A key in upper case, or one that AWS does not know. */
  #readOther(part: SectionPart, definitions: Definitions): void {
    const { document } = part.file.reading;
    const { row, rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd } = definitions;
    const written = document.text.slice(keyBegin, keyEnd);
    const name = written.toLowerCase();
    const key = findKnownKey(name, 0, name.length);
    if (key !== -1) {
      this.#isOdd = true;
      this.#readKnown(part, definitions, key);
      return;
    }
    if (this.#unknown.has(name)) {
      reportDuplicate(this.#problems, part, row, name, false, this.#subject);
    }
    this.#unknown.add(name);
    this.#isOdd ||=
      document.isIndented(row) || name !== written || name.includes(':') || !/^[a-z]/.test(name);
    if (this.#kind !== 'services') {
      this.#advise(part, row, keyBegin, keyEnd, name);
    }
    if (rowsEnd > row + 1 && definitions.isBlock()) {
      this.#readBlock(part, definitions, name);
    } else {
      this.#isOdd ||= rowsEnd > row + 1 || !isCommonValue(document, row, valueBegin, valueEnd);
    }
  }

  #readBlock(part: SectionPart, definitions: Definitions, block: string): void {
    const { document } = part.file.reading;
    this.#isOdd ||= document.isIndented(definitions.row);
    const seen = new Set<string>();
    for (const sub of readBlock(definitions, (row, fault) => this.#fault(part, row, fault))) {
      this.#readNested(part, sub, block, seen);
    }
  }

  #readNested(part: SectionPart, sub: SubDefinition, block: string, seen: Set<string>): void {
    const { document } = part.file.reading;
    const { row, keyBegin, keyEnd, valueBegin, valueEnd } = sub;
    const written = `${block}.${document.text.slice(keyBegin, keyEnd)}`;
    const { name, schema } = this.#nestedKey(written);
    if (seen.has(name)) {
      reportDuplicate(this.#problems, part, row, name, true, this.#subject);
    }
    seen.add(name);
    const isCommon =
      isCommonValue(document, row, valueBegin, valueEnd) &&
      !/[ \t][#;]/.test(document.text.slice(valueBegin, valueEnd));
    this.#isOdd ||= name !== written || !isCommon;
    if (schema === undefined) {
      this.#advise(part, row, keyBegin, keyEnd, name);
    } else if (isCommon && !isFree(schema, document.text.charCodeAt(valueBegin))) {
      this.#isRight(part.file, row, valueBegin, valueEnd, schema);
    }
  }

  /** What is known of a nested key, as it is written. */
  #nestedKey(written: string): NestedKey {
    const id = `${this.#kind} ${written}`;
    let known = this.#nested.get(id);
    if (known === undefined) {
      const name = written.toLowerCase();
      const schema = findKey(this.#kind, name);
      known = { name, schema: schema === undefined ? undefined : { ...schema, key: name } };
      this.#nested.set(id, known);
    }
    return known;
  }

  #fault(part: SectionPart, row: number, fault: Fault): void {
    this.#isOdd = true;
    if (fault === 'noEquals' && this.#readColon(part.file, row)) {
      return;
    }
    if (fault === 'strayIndent') {
      // The whole section is indented, which is said once.
      if (this.#isStray) {
        return;
      }
      this.#isStray = true;
    }
    reportFault(this.#problems, part, row, fault, this.#subject);
  }

  /** `key: value`, which AWS CLI and boto3 alone read. The key counts where no other definition does. */
  #readColon(file: FileReading, row: number): boolean {
    const { document } = file.reading;
    const [keyBegin, keyEnd] = keyBefore(document, row, ':');
    if (keyBegin === keyEnd) {
      return false;
    }
    const name = document.text.slice(keyBegin, keyEnd).toLowerCase();
    const key = findKnownKey(name, 0, name.length);
    if (key === -1) {
      return true;
    }
    this.#noteSecret(file, row, schemaOf(key));
    if (this.#counts && this.facts.file(key) === undefined) {
      const [valueBegin, valueEnd] = trimPiece(
        document.text,
        document.text.indexOf(':', keyEnd) + 1,
        document.end(row),
      );
      this.facts.add(file, key, { row, rowsEnd: row + 1, keyBegin, valueBegin, valueEnd });
    }
    return true;
  }

  #isRight(file: FileReading, row: number, begin: number, end: number, schema: KeySchema): boolean {
    const verdict = judgeValue(schema, file.reading.document.read(begin, end));
    if (verdict !== undefined) {
      this.#suspects.push({ piece: pieceOf(file, row, begin, end), verdict });
    }
    return verdict === undefined;
  }

  #advise(part: SectionPart, row: number, begin: number, end: number, name: string): void {
    // With a colon it is another key for AWS CLI, which is told as that.
    const nearest = name.includes(':') ? undefined : this.#advice.nearest(this.#kind, name);
    if (nearest === undefined) {
      return;
    }
    const word = nearest.slice(nearest.lastIndexOf('.') + 1);
    this.#problems.add(
      'unknownKey',
      pieceOf(part.file, row, begin, end),
      `No AWS tool knows the key ${name}. Did you mean ${nearest}?`,
      {
        subject: this.#subject,
        fix: () =>
          hasKey(part, nearest) ? undefined : fixPiece(part.file, `Write “${word}”`, row, begin, end, word),
      },
    );
  }
}
