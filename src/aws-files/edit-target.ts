import { UserError } from '../lib/errors.ts';
import { rereadSdk, type SdkReading } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import type { SectionRef } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import type { Splice } from './layout.ts';
import type { MergedSection, Part } from './merged-section.ts';
import { kindWords, validateName } from './names.ts';
import { findSection, indexSections, type SectionIndex } from './section-index.ts';
import { applySplices, spliceBytes } from './splices.ts';

/** So many sections are looked for one by one; for more an index of all is worth its time. */
const FEW_SECTIONS = 8;

/** A way to make an edit: the changes of text, none when there is nothing to do. Throws `UserError` when refused. */
export type Plan = () => readonly Splice[];

/** A text that was read before, with what else is known of it. */
export type KnownText = {
  readonly reading: SdkReading;
  readonly bytes?: Buffer | undefined;
  /** It may be of both files. */
  readonly index?: SectionIndex | undefined;
};

/** A file's text as the edits see it; put together, and read, when that is asked for. */
export class Target {
  readonly file: FileName;
  readonly encoding: 'utf8' | 'binary';
  readonly #makeText: () => string;
  readonly #makeBytes: () => Buffer;
  readonly #makeReading: () => SdkReading;
  readonly #sections = new Map<string, MergedSection | undefined>();
  #text: string | undefined;
  #bytes: Buffer | undefined;
  #reading: SdkReading | undefined;
  #index: SectionIndex | undefined;

  private constructor(
    { file, encoding }: Pick<Target, 'file' | 'encoding'>,
    make: { text: () => string; bytes: () => Buffer; reading: () => SdkReading },
  ) {
    this.file = file;
    this.encoding = encoding;
    this.#makeText = make.text;
    this.#makeBytes = make.bytes;
    this.#makeReading = make.reading;
  }

  static of({ reading, bytes, index }: KnownText): Target {
    const { document, file } = reading;
    const { text, encoding } = document;
    const target = new Target(
      { file, encoding },
      {
        text: () => text,
        bytes: () => bytes ?? Buffer.from(text, encoding === 'utf8' ? 'utf8' : 'latin1'),
        reading: () => reading,
      },
    );
    target.#index = index;
    return target;
  }

  /** The text after ordered splices. */
  edited(splices: readonly Splice[]): Target {
    const edited = new Target(this, {
      text: () => applySplices(this.text, splices),
      bytes: () => spliceBytes(this.bytes, this.text, this.encoding, splices),
      reading: () => rereadSdk(this.reading, edited),
    });
    return edited;
  }

  get text(): string {
    this.#text ??= this.#makeText();
    return this.#text;
  }

  get bytes(): Buffer {
    this.#bytes ??= this.#makeBytes();
    return this.#bytes;
  }

  get reading(): SdkReading {
    this.#reading ??= this.#makeReading();
    return this.#reading;
  }

  get document(): Document {
    return this.reading.document;
  }

  /** The section of that kind and name; it may have no part in this file. */
  section({ kind, name }: SectionRef): MergedSection | undefined {
    const file = { path: this.file, reading: this.reading };
    if (this.#index === undefined && this.#sections.size > FEW_SECTIONS) {
      this.#index = indexSections([file]);
    }
    if (this.#index !== undefined) {
      const { profiles, sessions, services } = this.#index;
      return { profile: profiles, 'sso-session': sessions, services }[kind].get(name);
    }
    const id = `${kind} ${name}`;
    if (!this.#sections.has(id)) {
      this.#sections.set(id, findSection(file, kind, name));
    }
    return this.#sections.get(id);
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
