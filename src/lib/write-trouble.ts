import { Cancelled, systemErrorCode, UserError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file would be too large',
  EISDIR: 'it is a folder',
  ENXIO: 'it is not an ordinary file',
  ENOENT: 'its folder, or what was made ready there, was taken away',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk reported a fault',
  EBUSY: 'another program holds it, or it is mounted by itself',
};

/** The number of a used-up quota, which Node has no name for. */
const QUOTA_NUMBERS: Readonly<Partial<Record<NodeJS.Platform, number>>> = { linux: -122, darwin: -69 };

/** A file that is to be written, for messages. */
export type Subject = {
  /** The path as it was asked for. */
  readonly path: string;
  /** The path, and where its links lead if they lead elsewhere. */
  readonly label: string;
};

/**
 * Runs a step of a write and turns the system's error into a `UserError` about the file. For steps before the file
 * is replaced: the text says that it is as it was. `reasons` has words that suit this step better.
 */
export async function explain<T>(
  { path, label }: Subject,
  run: () => Promise<T>,
  reasons: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof UserError || error instanceof Cancelled || code === undefined) {
      throw error;
    }
    const reason = reasons[code] ?? REASONS[code] ?? `the system reported ${code}`;
    throw new UserError(`${label} was not written: ${reason}.`, {
      hint: 'The file is as it was. Mend the cause and try again.',
      file: path,
      cause: error,
    });
  }
}

function codeOf(error: unknown): string | undefined {
  const quota = QUOTA_NUMBERS[process.platform];
  return quota !== undefined && error instanceof Error && 'errno' in error && error.errno === quota
    ? 'EDQUOT'
    : systemErrorCode(error);
}
