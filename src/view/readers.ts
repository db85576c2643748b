import type { Dialect } from '../aws-files/kinds.ts';
import type { Profile, Setting } from '../aws-files/snapshot.ts';

/** What is said of a profile that some of AWS's tools do not see. */
export type ReaderMark = {
  /** A few letters for its row. */
  readonly short: string;
  readonly sentence: string;
};

const CLI = 'AWS CLI and boto3';
const JS = 'the JavaScript SDK';

/** By the dialects that read the profile, in the order of the alphabet. */
const MARKS: Readonly<Record<string, ReaderMark>> = {
  cli: { short: 'CLI only', sentence: `Only ${CLI} read this profile.` },
  js: { short: 'JS only', sentence: `Only ${JS} reads this profile.` },
  sdk: {
    short: 'not CLI, not JS',
    sentence: 'AWS CLI, boto3 and the JavaScript SDK do not see this profile.',
  },
  'cli js': {
    short: 'CLI and JS only',
    sentence: 'Only AWS CLI, boto3 and the JavaScript SDK read this profile.',
  },
  'cli sdk': { short: 'not JS', sentence: 'The JavaScript SDK does not see this profile.' },
  'js sdk': { short: 'not CLI', sentence: `${CLI} do not see this profile.` },
};

/** What a row says of who reads its profile; undefined where every tool does. */
export function readerMark(readBy: readonly Dialect[]): ReaderMark | undefined {
  return readBy.length === 3 ? undefined : MARKS[[...readBy].sort().join(' ')];
}

const CLI_KEY: ReaderMark = { short: 'CLI only', sentence: `Only ${CLI} read this key.` };

/** What a row says of who reads a key; undefined where all who read its profile do. */
export function keyMark({ readBy }: Profile, { cliOnly }: Setting): ReaderMark | undefined {
  return cliOnly === true && readBy.some(dialect => dialect !== 'cli') ? CLI_KEY : undefined;
}
