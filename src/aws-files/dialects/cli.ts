import type { Document } from '../document.ts';
import type { FileName } from '../snapshot.ts';

/** A section as AWS CLI and boto3 name it. */
export type CliHeader = { readonly kind: 'profile' | 'sso-session' | 'services'; readonly name: string };

/**
 * How botocore reads a header that the cross-SDK grammar ignores: in the config file the header is split as a
 * shell does and must give two words; in the credentials file every header is a profile.
 * (botocore/configloader.py: `build_profile_map`, `_parse_section`.)
 */
export function readCliHeader(document: Document, file: FileName, row: number): CliHeader | undefined {
  const close = document.mark(row);
  const raw = close === -1 ? '' : document.read(document.begin(row) + 1, close);
  if (raw === '') {
    return undefined;
  }
  if (file === 'credentials') {
    return { kind: 'profile', name: raw };
  }
  const kind = (['profile', 'sso-session', 'services'] as const).find(prefix => raw.startsWith(prefix));
  const words = kind === undefined ? undefined : splitWords(raw);
  const name = words?.[1];
  return kind !== undefined && words?.length === 2 && name !== undefined ? { kind, name } : undefined;
}

/** The words of a text by the rules of a POSIX shell (Python's `shlex.split`); undefined for an open quote. */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (quote === "'") {
      if (char === quote) {
        quote = '';
      } else {
        word += char;
      }
    } else if (char === '\\' && (quote === '' || text[index + 1] === '"' || text[index + 1] === '\\')) {
      index += 1;
      if (index === text.length) {
        return undefined;
      }
      word = (word ?? '') + text.charAt(index);
    } else if (quote === '"' && char === quote) {
      quote = '';
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === '' && /[ \t\r\n]/.test(char)) {
      if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== '') {
    return undefined;
  }
  return word === undefined ? words : [...words, word];
}

/** A word that `splitWords` reads as `text`, written as AWS CLI's own writer does (Python's `shlex.quote`). */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
