import { findChangedLines } from '../lib/byte-diff.ts';
import { isHarmless } from './schema.ts';

/** A part of a secret shorter than this is looked for as a word: anywhere, it would stand in half of the rows. */
const SHORT = 6;

/** A key whose name says that its value is secret, whoever reads it. */
const SECRET_NAME = /secret|token|pass|pwd|key|credential|private|otp|pin/i;

/**
 * The values of secret keys that `before` has and `after` has not, wherever they stood: what a program that got rid
 * of them does not want to find again. Values of several rows come as one text with line feeds. Looks only at the
 * rows between the first and the last that differ.
 */
export function removedSecrets(before: Buffer | undefined, after: Buffer | undefined): readonly string[] {
  if (before === undefined) {
    return [];
  }
  const rest = after ?? Buffer.alloc(0);
  const secrets = new Set<string>();
  const { begin, end } = findChangedLines(before, rest);
  for (const value of secretValues(before.toString('utf8', begin, end))) {
    if (partsOf(value).some(part => !holdsBytes(rest, part))) {
      secrets.add(value);
    }
  }
  return [...secrets];
}

function* secretValues(rows: string): Generator<string> {
  let value: string | undefined;
  for (const row of rows.split(/\r\n|[\r\n]/)) {
    const at = row.search(/[=:]/);
    const key = row.slice(0, Math.max(at, 0)).trim();
    const isSecret = /^[^#;[]/.test(key) && SECRET_NAME.test(key) && !isHarmless(key);
    if (value !== undefined && !isSecret && /^\s+\S/.test(row)) {
      value += `\n${row.trim()}`;
      continue;
    }
    if (value !== undefined) {
      yield value;
    }
    value = isSecret ? row.slice(at + 1).trim() : undefined;
  }
  if (value !== undefined) {
    yield value;
  }
}

/**
 * A file's bytes without the rows that hold one of `secrets`, and without the further rows of those rows' values.
 * A secret is given as the value that was read; the lines of a longer one are looked for each by itself. Out of a
 * section's header only the text itself is cut, so that the keys below do not fall to the section above.
 * Everything else stays, byte by byte.
 */
export function withoutSecrets(bytes: Buffer, secrets: readonly string[]): Buffer {
  const parts = new Set(secrets.flatMap(partsOf));
  if (parts.size === 0) {
    return bytes;
  }
  const kept: string[] = [];
  // The indentation of the row that went; the deeper ones below are the rest of its value.
  let removed: number | undefined;
  for (const row of bytes.toString('latin1').match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? []) {
    const indentation = row.length - row.replace(/^[ \t]+/, '').length;
    if (removed !== undefined && indentation > removed && row.trim() !== '') {
      continue;
    }
    removed = undefined;
    const found = [...parts].filter(part => holds(row, part));
    if (found.length === 0) {
      kept.push(row);
    } else if (/^\s*\[/.test(row)) {
      kept.push(found.reduce(cut, row));
    } else {
      removed = indentation;
    }
  }
  return Buffer.from(kept.join(''), 'latin1');
}

/** The lines of a value, each looked for by itself. */
function partsOf(value: string): readonly string[] {
  return value
    .split(/[\r\n]+/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

function holdsBytes(bytes: Buffer, part: string): boolean {
  return part.length < SHORT ? hasWord(bytes.toString('utf8'), part) : bytes.includes(part);
}

/** `row` has one character for each byte; a value was read as UTF-8 or, from a file that is not, byte by byte. */
function holds(row: string, part: string): boolean {
  const text = Buffer.from(row, 'latin1').toString('utf8');
  return [row, text].some(each => (part.length < SHORT ? hasWord(each, part) : each.includes(part)));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + word.length);
    if (!isWordCharacter(before) && !isWordCharacter(after)) {
      return true;
    }
  }
  return false;
}

function isWordCharacter(character: string): boolean {
  return /[^\s=:"'#;,[\]{}]/.test(character);
}

function cut(row: string, part: string): string {
  return row.replaceAll(Buffer.from(part).toString('latin1'), '').replaceAll(part, '');
}
