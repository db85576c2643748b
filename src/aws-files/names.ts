import { isPlainName } from './dialects/sdk.ts';
import type { SectionKind } from './kinds.ts';

const WORDS: Readonly<Record<SectionKind, string>> = {
  profile: 'profile',
  'sso-session': 'SSO session',
  services: 'services section',
};

/** The kind of a section in words. */
export function kindWords(kind: SectionKind): string {
  return WORDS[kind];
}

/**
 * Why `name` cannot be the name of a section, as a sentence; undefined when it can. Some that pass are read by AWS CLI
 * alone: `needsConsent` says of which.
 */
export function validateName(kind: SectionKind, name: string): string | undefined {
  if (name === '') {
    return `A ${WORDS[kind]} needs a name.`;
  }
  if (isBroken(name)) {
    return 'A name must be one line without control characters.';
  }
  if (name.trim() !== name) {
    return 'A name must not start or end with white space.';
  }
  if (name.includes(']')) {
    return 'A name must not contain “]”: it would end the section’s header.';
  }
  if (name === '__proto__') {
    return 'The JavaScript SDK cannot read a file with the name “__proto__”.';
  }
  if (name === 'DEFAULT') {
    return 'AWS CLI gives the keys of “DEFAULT” to every profile. Did you mean “default”?';
  }
  return undefined;
}

/**
 * Who will not be able to read a section of that name, as a sentence to agree to before it is made; undefined for a
 * name that every tool reads, and for one that cannot be written at all (`validateName`).
 */
export function needsConsent(kind: SectionKind, name: string): string | undefined {
  return isPlainName(name) || validateName(kind, name) !== undefined
    ? undefined
    : `AWS CLI and boto3 will find ${kind === 'sso-session' ? 'an' : 'a'} ${WORDS[kind]} of this name, the SDKs will ` +
        'not: they read names of letters, digits and “_-/.%@:+” alone.';
}

/** Why `key` cannot be written, as a sentence; undefined when it can. */
export function validateKey(key: string): string | undefined {
  const dot = key.indexOf('.');
  const words = dot === -1 ? [key] : [key.slice(0, dot), key.slice(dot + 1)];
  if (words.includes('')) {
    return key === '' ? 'A key needs a name.' : 'A nested key is written “s3.addressing_style”.';
  }
  if (!words.every(isPlainName) || words.some(word => word.includes(':') || word === '__proto__')) {
    return 'A key may hold letters, digits and “_-/.%@+”.';
  }
  return undefined;
}

/**
 * Why `value` would not read back in every AWS tool if it were written to `key`, as a sentence that does not
 * repeat it; undefined when it would.
 */
export function validateText(key: string, value: string): string | undefined {
  if (value === '') {
    // An empty pager is how AWS CLI is told to use none.
    return key === 'cli_pager' ? undefined : 'A value must not be empty; remove the key instead.';
  }
  if (isBroken(value)) {
    return 'A value must be one line without control characters.';
  }
  if (value.trim() !== value) {
    return 'A value must not start or end with white space.';
  }
  if (/^[#;]/.test(value)) {
    return 'A value must not start with “#” or “;”: some tools take it for a comment.';
  }
  if (/\s[#;]/.test(value)) {
    return 'A value must not hold “#” or “;” after white space: some tools take the rest for a comment.';
  }
  return undefined;
}

/** Line ends of any tool, control characters other than the tab, and halves of surrogate pairs. */
function isBroken(text: string): boolean {
  return /[^\P{Cc}\t]|[\u2028\u2029]/u.test(text) || !text.isWellFormed();
}
