import type { Turns } from '../lib/turns.ts';
import { readSdk } from './dialects/sdk.ts';
import { parseDocument } from './document.ts';
import { editTarget } from './edit.ts';
import { Target } from './edit-target.ts';
import type { Edit } from './file-edits.ts';
import type { FileName } from './kinds.ts';

/** What a file holds, `undefined` for no file, and its reading where that is known already. */
export type FileContent = { readonly bytes: Buffer | undefined; readonly target?: Target };

/** What becomes of a file: `null` removes it. */
export type ChangedFile = {
  readonly before: Buffer | undefined;
  readonly after: Buffer | null;
  /** The new text, where it was made from a reading. */
  readonly target?: Target;
};

/** A change of one file, made of whatever it holds; undefined when there is nothing to do. Throws `UserError`. */
export type FileChange = {
  readonly file: FileName;
  readonly make: (content: FileContent) => Turns<ChangedFile | undefined>;
};

/** The edits of one file as a change of it. */
export function editChange(file: FileName, edits: readonly Edit[]): FileChange {
  return {
    file,
    make: function* ({ bytes, target }) {
      const present =
        target ?? Target.of({ reading: readSdk(parseDocument(bytes ?? new Uint8Array()), file), bytes });
      const edited = yield* editTarget(present, edits);
      return edited === present ? undefined : { before: bytes, after: edited.bytes, target: edited };
    },
  };
}
