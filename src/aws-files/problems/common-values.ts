import type { Document } from '../document.ts';
import type { KeySchema, ValueType } from '../schema-keys.ts';

const TAB = 9;
const QUOTE = 34;
const APOSTROPHE = 39;
const HASH = 35;
const SEMICOLON = 59;

/** Types whose values are of one profile each. */
export const UNIQUE: ReadonlySet<ValueType> = new Set<ValueType>(['accountId', 'arn']);

/** Types of which any value can be right. */
const FREE: ReadonlySet<ValueType> = new Set<ValueType>([
  'string',
  'profile',
  'session',
  'services',
  'path',
  'command',
  'list',
]);

/** Whether a value that starts with such a character need not be looked at: it is not in quotes. */
export function isFree(schema: KeySchema, first: number): boolean {
  return FREE.has(schema.type) && schema.range === undefined && first !== QUOTE && first !== APOSTROPHE;
}

/** Whether a row ends with its value, and no tool takes a part of that for anything else. */
export function isCommonValue(document: Document, row: number, begin: number, end: number): boolean {
  const { text } = document;
  const first = text.charCodeAt(begin);
  if (begin === end || end !== document.end(row) || first === HASH || first === SEMICOLON) {
    return false;
  }
  for (let offset = begin; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if (code > 126 || (code < 32 && code !== TAB)) {
      return false;
    }
  }
  return true;
}
