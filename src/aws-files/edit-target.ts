import { UserError } from '../lib/errors.ts';
import { readSdk, type SdkReading } from './dialects/sdk.ts';
import { type Document, parseText } from './document.ts';
import type { SectionRef } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import type { Splice } from './layout.ts';
import { kindWords, validateName } from './names.ts';
import { indexSections, type MergedSection, type Part, type SectionIndex } from './profiles.ts';
import { applySplices } from './splices.ts';

/** A file's text as the edits see it; put together, and read, when that is asked for. */
export class Target {
  readonly file: FileName;
  readonly encoding: 'utf8' | 'binary';
  readonly #make: () => string;
  #text: string | undefined;
  #reading: SdkReading | undefined;
  #index: SectionIndex | undefined;

  private constructor(file: FileName, encoding: 'utf8' | 'binary', make: () => string) {
    this.file = file;
    this.encoding = encoding;
    this.#make = make;
  }

  /** A text that was read before; the index may be of both files. */
  static of(reading: SdkReading, index?: SectionIndex): Target {
    const { document, file } = reading;
    const target = new Target(file, document.encoding, () => document.text);
    target.#reading = reading;
    target.#index = index;
    return target;
  }

  /** The text after ordered splices. */
  edited(splices: readonly Splice[]): Target {
    return new Target(this.file, this.encoding, () => applySplices(this.text, splices));
  }

  get text(): string {
    this.#text ??= this.#make();
    return this.#text;
  }

  get reading(): SdkReading {
    this.#reading ??= readSdk(parseText(this.text, this.encoding), this.file);
    return this.#reading;
  }

  get document(): Document {
    return this.reading.document;
  }

  /** The section of that kind and name; it may have no part in this file. */
  section({ kind, name }: SectionRef): MergedSection | undefined {
    this.#index ??= indexSections([{ path: this.file, reading: this.reading }]);
    const { profiles, sessions, services } = this.#index;
    return { profile: profiles, 'sso-session': sessions, services }[kind].get(name);
  }

  /** The section's parts in this file, those that few dialects read by this name too, in the order of the text. */
  parts(ref: SectionRef): readonly Part[] {
    const section = this.section(ref);
    return [...(section?.parts ?? []), ...(section?.others ?? [])]
      .filter(part => part.file.reading === this.reading)
      .sort((one, other) => one.rows.header - other.rows.header);
  }
}

/** Throws `UserError` when there is a reason to refuse. */
export function refuse(reason: string | undefined): void {
  if (reason !== undefined) {
    throw new UserError(reason);
  }
}

/** The section's parts, at least one. Throws `UserError` when it is gone. */
export function needParts(target: Target, ref: SectionRef): readonly [Part, ...Part[]] {
  const [first, ...others] = target.parts(ref);
  if (first === undefined) {
    throw new UserError(`The ${kindWords(ref.kind)} ${ref.name} is not there any more.`, {
      hint: 'Another program changed the file. Look at it, then try again.',
    });
  }
  return [first, ...others];
}

/** Throws `UserError` when the name is bad or taken, or the file is none for such a section. */
export function needFree(target: Target, ref: SectionRef): void {
  refuse(validateName(ref.kind, ref.name));
  if (target.file === 'credentials' && ref.kind !== 'profile') {
    throw new UserError(`The credentials file has no place for a ${kindWords(ref.kind)}.`, {
      hint: 'Add it to the config file.',
    });
  }
  if (target.parts(ref).length > 0) {
    throw new UserError(`There is a ${kindWords(ref.kind)} ${ref.name} already.`, {
      hint: 'Choose another name.',
    });
  }
}
