import { keySchemas } from '../schema.ts';
import type { KeySchema } from '../schema-keys.ts';

/** The keys that stand in a section itself: those that AWS documents, and those that open its blocks (`s3`). */
const NAMES: readonly string[] = [
  ...new Set(
    keySchemas()
      .filter(({ key }) => !key.startsWith('*'))
      .map(({ key }) => key.split('.')[0] ?? key),
  ),
];

const SCHEMAS: readonly (KeySchema | undefined)[] = NAMES.map(name =>
  keySchemas().find(schema => schema.key === name),
);

/** A power of two, well above the number of names, so that most lookups meet one entry. */
const SLOTS = 1024;
const TABLE = makeTable();

/** How many numbers `findKnownKey` gives, from 0 on. */
export const KNOWN_KEYS: number = NAMES.length;

function makeTable(): Int16Array {
  const table = new Int16Array(SLOTS).fill(-1);
  for (const [number, name] of NAMES.entries()) {
    let slot = hashOf(name, 0, name.length);
    while (table[slot] !== -1) {
      slot = (slot + 1) % SLOTS;
    }
    table[slot] = number;
  }
  return table;
}

function hashOf(text: string, begin: number, end: number): number {
  let hash = 0;
  for (let offset = begin; offset < end; offset++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(offset)) | 0;
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/**
 * The number of the key that stands in the text, written in lower case; -1 when AWS knows none of that name.
 * Nothing is copied out of the text: this is asked of every line.
 */
export function findKnownKey(text: string, begin: number, end: number): number {
  let slot = hashOf(text, begin, end);
  for (;;) {
    const number = TABLE[slot] ?? -1;
    const name = NAMES[number];
    if (name === undefined) {
      return -1;
    }
    if (name.length === end - begin && text.startsWith(name, begin)) {
      return number;
    }
    slot = (slot + 1) % SLOTS;
  }
}

/** The key of a number. */
export function keyName(number: number): string {
  return NAMES[number] ?? '';
}

/** What is known of the key of a number; undefined for one that opens a block alone. */
export function schemaOf(number: number): KeySchema | undefined {
  return SCHEMAS[number];
}

/** The numbers of some keys by their names. */
export function numbersOf<K extends string>(names: readonly K[]): Readonly<Record<K, number>> {
  return Object.fromEntries(names.map(name => [name, NAMES.indexOf(name)])) as Record<K, number>;
}

/** Whether a key is one that the SDKs read, the JavaScript SDK among them, and not AWS CLI and boto3 alone. */
export function isReadBySdks(schema: KeySchema | undefined): boolean {
  return schema?.readBy.includes('SDK') === true;
}
