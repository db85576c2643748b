import { UserError } from '../lib/errors.ts';
import { runAtOnce, type Turns } from '../lib/turns.ts';
import { readSdk } from './dialects/sdk.ts';
import { parseDocument } from './document.ts';
import { countApart, countIndependent, type PlannedEdit } from './edit-batch.ts';
import { checkEdits } from './edit-check.ts';
import { planEdit } from './edit-plan.ts';
import { type Plan, Target } from './edit-target.ts';
import type { Edit } from './file-edits.ts';
import type { Dialect, FileName } from './kinds.ts';
import type { Splice } from './layout.ts';
import { orderSplices } from './splices.ts';

/** After so many changed texts those before the last are let go: each holds the one that it was made from. */
const TEXTS_IN_A_ROW = 100;

/** So many edits are planned at once. */
const EDITS_IN_A_TURN = 500;

/**
 * The bytes of a file with `edits` applied in order; `undefined` stands for a file that does not exist.
 * Each edit is the smallest change of text that does it, and is read back in every dialect: it must do what was asked
 * and change nothing else. Throws `UserError` when it cannot be made or would not read back.
 */
export function applyEdits(bytes: Uint8Array | undefined, file: FileName, edits: readonly Edit[]): Buffer {
  const target = Target.of({ reading: readSdk(parseDocument(bytes ?? new Uint8Array()), file) });
  return runAtOnce(editTarget(target, edits)).bytes;
}

/** As `applyEdits`, in turns, on a text that may have been read before. */
export function* editTarget(target: Target, edits: readonly Edit[]): Turns<Target> {
  let present = target;
  let next = 0;
  let limit = edits.length;
  let texts = 0;
  while (next < edits.length) {
    const made = yield* makeSome(present, edits.slice(next, next + limit));
    if (made === undefined) {
      limit = Math.ceil(limit / 2);
    } else {
      texts += made.target === present ? 0 : 1;
      present = made.target;
      if (texts === TEXTS_IN_A_ROW) {
        texts = 0;
        present = Target.of({ reading: present.reading, bytes: present.bytes });
      }
      next += made.count;
      limit = edits.length;
    }
  }
  return present;
}

type Made = { readonly target: Target; readonly count: number };

/**
 * Makes as many of the edits as can be made at once, because each reading of a long file costs time. Undefined when
 * several, made so, do not read back: then fewer may.
 */
function* makeSome(target: Target, edits: readonly Edit[]): Turns<Made | undefined> {
  const independent = countIndependent(edits, ref => target.parts(ref).map(({ rows }) => rows.header));
  const planned: PlannedEdit[] = [];
  let others: readonly Plan[] = [];
  for (const edit of edits.slice(0, independent)) {
    const [first, ...rest] = yield* planEdit(target, edit);
    others = planned.length === 0 ? rest : others;
    planned.push({ edit, splices: first?.() ?? [] });
    if (planned.length % EDITS_IN_A_TURN === 0) {
      yield;
    }
  }
  const count = countApart(planned, target.text.length);
  const together = planned.slice(0, count);
  const splices = orderSplices(together.flatMap(each => each.splices));
  const misread = yield* checkEdits(target, together, splices);
  if (misread === undefined) {
    return { target: splices.length === 0 ? target : target.edited(splices), count };
  }
  const [only] = together;
  if (only === undefined || count > 1) {
    return undefined;
  }
  for (const plan of others) {
    const other = tryPlan(plan);
    if (
      other !== undefined &&
      (yield* checkEdits(target, [{ ...only, splices: other }], other)) === undefined
    ) {
      return { target: target.edited(other), count };
    }
  }
  throw new UserError(`${READERS[misread]} would not read this change as asked, so nothing was written.`, {
    hint: 'The text round it is written in a form that cannot be edited safely. Change it in the file.',
  });
}

const READERS: Readonly<Record<Dialect, string>> = {
  sdk: 'The AWS SDKs',
  js: 'The JavaScript SDK',
  cli: 'AWS CLI and boto3',
};

/** A way that is refused is no way. */
function tryPlan(plan: Plan): readonly Splice[] | undefined {
  try {
    return orderSplices(plan());
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}
