import { type Document, parseDocument } from '../aws-files/document.ts';
import { readMarker } from '../aws-files/generated-marker.ts';
import { isHarmless, keySchemas, maskedValue } from '../aws-files/schema.ts';
import { visible } from '../lib/escape.ts';
import { findSecretLines } from './secret-lines.ts';

/** What stands for a text that may be secret; always as long as this. */
export const DOTS = '••••••••';

/** Keys whose empty value opens a block of nested keys. */
const BLOCKS: ReadonlySet<string> = new Set(
  keySchemas().flatMap(({ key, type }) => (type === 'block' ? [key] : [blockOf(key)])),
);

const KEYS: ReadonlySet<string> = new Set(keySchemas().map(({ key }) => key));

function blockOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('.')));
}

/**
 * The lines of a file of AWS's (`undefined`: there is none), with whatever may be a secret as dots. A piece is shown
 * only when it is known to be harmless: headers, names of keys, values of keys that AWS documents and that hold no
 * secret, comments word by word. All else is dots: values of unknown keys, lines that are no key, the further
 * lines of a value, whatever a dialect could take for one of these. Line ends do not count.
 */
export function maskLines(bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined || bytes.length === 0) {
    return [''];
  }
  const document = parseDocument(bytes);
  const secrets = findSecretLines(document);
  const mask = new LineMask();
  return splitLines(document).map((line, index) => {
    const shown = mask.next(line);
    return secrets.has(index) && shows(shown, secrets.get(index)) ? DOTS : shown;
  });
}

/** Whether a line shows what it must not: a value, or (undefined) anything at all. */
function shows(line: string, hidden: string | undefined): boolean {
  return hidden === undefined ? line !== '' : line.slice(line.indexOf('=') + 1).includes(hidden);
}

/** The same lines as they are, for comparing: never to be shown. */
export function rawLines(bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined || bytes.length === 0) {
    return [''];
  }
  return splitLines(parseDocument(bytes));
}

function splitLines(document: Document): string[] {
  return document
    .read(0, document.text.length)
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/);
}

/** Lines over this length, in characters, are dots: no tool writes them. */
const MAX_LINE = 4000;

/** Masks line after line, knowing what the lines before say of the next one. */
class LineMask {
  #inServices = false;
  /** What indented lines are now: keys of this block, or, when undefined, the rest of a value. */
  #block: string | undefined;
  /** How deep the keys of the present section stand; -1 before its first one. */
  #depth = -1;
  /** Whether an indented line may belong to the last key's value, which is hidden or still to come. */
  #isOpen = false;

  next(line: string): string {
    const text = line.trimEnd();
    const indent = /^[ \t]*/.exec(text)?.[0] ?? '';
    const rest = text.slice(indent.length);
    if (rest === '') {
      return '';
    }
    const isFurther = this.#depth !== -1 && indent.length > this.#depth;
    // Where a whole section is indented, some tools take each line for the rest of the value above.
    const isDoubtful = indent !== '' && this.#depth !== -1 && this.#isOpen && !isFurther;
    if (isDoubtful || (isFurther && this.#block === undefined) || text.length > MAX_LINE || isStrange(rest)) {
      if (!isFurther && !isDoubtful) {
        this.#block = undefined;
        this.#depth = indent.length;
        this.#isOpen = true;
      }
      return indent.slice(0, MAX_LINE) + DOTS;
    }
    if (rest.startsWith('#') || rest.startsWith(';')) {
      return indent + (isOurMarker(rest) ? rest : maskComment(rest));
    }
    if (isFurther) {
      return indent + this.#nested(rest);
    }
    return indent + (rest.startsWith('[') ? this.#header(rest) : this.#key(rest, indent.length));
  }

  #nested(rest: string): string {
    const shown = maskKeyLine(rest, `${this.#block}.`);
    if (shown === undefined || splitLine(rest).value === '') {
      // A header to some tools, or a block within the block: who knows what the next lines are.
      this.#block = undefined;
    }
    return shown ?? DOTS;
  }

  #header(rest: string): string {
    this.#depth = -1;
    this.#block = undefined;
    const [, name = '', space = '', after = ''] = /^\[([^\]=]{0,200})\](\s*)(.*)$/.exec(rest) ?? [];
    this.#inServices = /^services\s/.test(name);
    if (name === '') {
      return `[${DOTS}`;
    }
    const tail = after === '' ? '' : space + (/^[#;]/.test(after) ? maskComment(after) : DOTS);
    return `[${name}]${tail}`;
  }

  #key(rest: string, depth: number): string {
    const { key, equals, value } = splitLine(rest);
    const name = key.toLowerCase();
    const opens = value === '' && (BLOCKS.has(name) || (this.#inServices && showsKey(name)));
    this.#depth = depth;
    this.#isOpen = value === '' || !isHarmless(name);
    this.#block = opens ? name : undefined;
    return opens ? key + equals : (maskKeyLine(rest, '') ?? DOTS);
  }
}

/** What is no text that a tool of AWS would write: controls, marks that turn or hide text, what is no UTF-8. */
function isStrange(text: string): boolean {
  const flat = text.replaceAll('\t', ' ');
  return flat.includes('\ufffd') || visible(flat, flat.length) !== flat;
}

/** A line at its first `=`; `value` is undefined where there is none. `equals` holds the sign and what stands round it. */
function splitLine(line: string): { key: string; equals: string; value: string | undefined } {
  const at = line.indexOf('=');
  if (at === -1) {
    return { key: line, equals: '', value: undefined };
  }
  const key = line.slice(0, at).trimEnd();
  const value = line.slice(at + 1).trimStart();
  return { key, equals: line.slice(key.length, line.length - value.length), value };
}

/** A line `key = value` with its value masked; undefined when it is none, or its key none that may be shown. */
function maskKeyLine(line: string, prefix: string): string | undefined {
  const { key, equals, value } = splitLine(line);
  const name = prefix + key.toLowerCase();
  // A long token may end with `=`: then it is no key without a value.
  const isShown = KEYS.has(name) || (showsKey(key) && value !== '' && value?.startsWith('=') !== true);
  return value !== undefined && isShown ? key + equals + maskValue(name, value) : undefined;
}

/** Whether a word looks like the name of a key, and not like a token that stands where a key should. */
function showsKey(key: string): boolean {
  return (
    key.length <= 60 &&
    /^(?:[a-z]{1,20}|[A-Z]{1,20})(?:[_.-](?:[a-z]{1,20}|[A-Z]{1,20}|[0-9]{1,2}))*$/.test(key)
  );
}

function maskValue(key: string, value: string): string {
  if (value === '') {
    return '';
  }
  if (key === 'aws_access_key_id' && !/^[A-Z0-9]{16,128}$/.test(value)) {
    return DOTS;
  }
  if (!isHarmless(key)) {
    return maskedValue(key, value).text;
  }
  // Some tools end the value at a comment.
  const at = value.search(/\s[#;]/);
  return at === -1
    ? maskHarmless(key, value)
    : maskHarmless(key, value.slice(0, at)) + value.slice(at, at + 1) + maskComment(value.slice(at + 1));
}

/** A password in an address may hold what should have been escaped, so all up to the last `@` goes. */
function maskHarmless(key: string, value: string): string {
  return maskedValue(key, value).text.replace(/:\/\/.*@/, '://••••@');
}

/**
 * The comment above a generated profile: account and role stand in its keys too, and nothing in it is long enough for
 * a secret of AWS's.
 */
function isOurMarker(comment: string): boolean {
  const marker = readMarker(comment);
  return marker !== undefined && marker.session.length <= MAX_MARKED && marker.role.length <= MAX_MARKED;
}

const MAX_MARKED = 32;

/** Words that announce a secret: what follows them in a comment is dots. */
const ANNOUNCED = /\b(?:pass(?:word|wd|phrase|code)?|pwd?|secret|token|pin|otp)s?\b/i;

/**
 * A comment with its plain words shown and all else as dots: what comes after `=`, after a colon, after a word like
 * “password”, and every word with digits, mixed case or signs in it.
 */
function maskComment(comment: string): string {
  const [, mark = '', text = ''] = /^([#;\s]*)(.*)$/.exec(comment) ?? [];
  const ends = [text.search(/[\p{L}\p{N}"'_)\]}][ \t]*=/u), text.search(/:(?:\s|$)/), endOf(ANNOUNCED, text)]
    .filter(end => end !== -1)
    .map(end => end + 1);
  const end = Math.min(...ends, text.length);
  const tail = text.slice(end);
  const shown = text
    .slice(0, end)
    .split(/(\s+)/)
    .map(word => (isPlainWord(word) ? word : DOTS))
    .join('');
  return mark + shown + (isDecoration(tail) ? tail : `${/^\s*=?\s*/.exec(tail)?.[0] ?? ''}${DOTS}`);
}

/** The index of the last character of what is found, or -1. */
function endOf(pattern: RegExp, text: string): number {
  const found = pattern.exec(text);
  return found === null ? -1 : found.index + found[0].length - 1;
}

function isDecoration(text: string): boolean {
  return /^[\s\-=*_~#.·•–—|+!?,;:)]*$/.test(text);
}

/** A word of a language as it is written in a sentence, a short number, or the name of a key. */
function isPlainWord(word: string): boolean {
  if (isDecoration(word)) {
    return true;
  }
  const core = word.replace(/^["'“”‘’([{<]+/, '').replace(/["'”’)\]}>.,:;!?…]+$/, '');
  return (
    core === '' ||
    KEYS.has(core) ||
    /^[0-9]{1,4}$/.test(core) ||
    (core.length <= 30 && core.split(/['’-]/).every(isPlainPart))
  );
}

function isPlainPart(part: string): boolean {
  return /^(?:[\p{L}\p{M}][\p{Ll}\p{Lo}\p{M}]{0,19}|\p{Lu}{1,10})?$/u.test(part);
}
