import { splitWords } from '../../lib/shell-words.ts';
import type { Document } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { headerText, LENDER } from './cli-rows.ts';

/** A section as AWS CLI and boto3 name it. */
type CliHeader = { readonly kind: SectionKind; readonly name: string };

const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * The profile, session or services section that a header row names for AWS CLI and boto3. A name of control
 * characters is left out: it is no name but a piece of a binary file.
 * Whether the row is a header there at all depends on the rows before it: an indented one may be the rest of a value.
 */
export function readCliHeader(document: Document, file: FileName, row: number): CliHeader | undefined {
  const text = headerText(document, row);
  return text === undefined || CONTROL.test(text) ? undefined : nameCliHeader(text, file);
}

/**
 * What the text between the brackets names. In the config file it must start with a prefix, and give two words when
 * split as a shell does; in the credentials file every header is a profile. (botocore/configloader.py: `build_profile_map`, `_parse_section`.)
 */
export function nameCliHeader(text: string, file: FileName): CliHeader | undefined {
  if (text === LENDER) {
    return undefined;
  }
  if (file === 'credentials' || text === 'default') {
    return { kind: 'profile', name: text };
  }
  const kind = KINDS.find(prefix => text.startsWith(prefix));
  const { words, unfinished } = kind === undefined ? { words: [], unfinished: undefined } : splitWords(text);
  const [, name] = words;
  return kind !== undefined && unfinished === undefined && words.length === 2 && name !== undefined
    ? { kind, name }
    : undefined;
}
