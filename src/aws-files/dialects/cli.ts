import { splitWords } from '../../lib/shell-words.ts';
import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';

/** A section as AWS CLI and boto3 name it. */
export type CliHeader = { readonly kind: 'profile' | 'sso-session' | 'services'; readonly name: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * How botocore reads a header that the cross-SDK grammar ignores: in the config file the header is split as a
 * shell does and must give two words; in the credentials file every header is a profile.
 * (botocore/configloader.py: `build_profile_map`, `_parse_section`.)
 */
export function readCliHeader(document: Document, file: FileName, row: number): CliHeader | undefined {
  const close = document.mark(row);
  const raw = close === -1 ? '' : document.read(document.begin(row) + 1, close);
  // A name of control characters is no name but a piece of a binary file.
  if (raw === '' || CONTROL.test(raw)) {
    return undefined;
  }
  if (file === 'credentials') {
    return { kind: 'profile', name: raw };
  }
  const kind = (['profile', 'sso-session', 'services'] as const).find(prefix => raw.startsWith(prefix));
  const split = kind === undefined ? undefined : splitWords(raw);
  const words = split?.unfinished === undefined ? split?.words : undefined;
  const name = words?.[1];
  return kind !== undefined && words?.length === 2 && name !== undefined ? { kind, name } : undefined;
}
