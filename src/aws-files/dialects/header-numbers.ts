import type { Document } from '../document.ts';

/**
 * A number for the text of each header, the same for the same text. Headers of the document are found by their
 * characters, so that a file with ten thousand of them needs no string for each.
 */
export class HeaderNumbers {
  readonly #text: string;
  /** The begins and ends of the pieces of the document, by number. */
  readonly #begins: Uint32Array;
  readonly #ends: Uint32Array;
  /** By hash one more than a number, in the next free place where several have one; 0 for none. */
  readonly #places: Uint32Array;
  #pieces = 0;
  readonly #others = new Map<string, number>();

  constructor(document: Document) {
    const { length } = document.headers;
    this.#text = document.text;
    this.#begins = new Uint32Array(length);
    this.#ends = new Uint32Array(length);
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * length + 2)));
  }

  /** The number of a piece of the document: one for each header at most, and before any other text. */
  ofPiece(begin: number, end: number): number {
    const place = this.#find(this.#text, begin, end);
    const known = this.#places[place] ?? 0;
    if (known > 0) {
      return known - 1;
    }
    const id = this.#pieces;
    this.#begins[id] = begin;
    this.#ends[id] = end;
    this.#pieces += 1;
    this.#places[place] = this.#pieces;
    return id;
  }

  of(text: string): number {
    const known = this.#places[this.#find(text, 0, text.length)] ?? 0;
    if (known > 0) {
      return known - 1;
    }
    const other = this.#others.get(text) ?? this.#pieces + this.#others.size;
    this.#others.set(text, other);
    return other;
  }

  /** The place of a text, or the free one where it would stand. */
  #find(text: string, begin: number, end: number): number {
    const mask = this.#places.length - 1;
    let hash = 0;
    for (let offset = begin; offset < end; offset++) {
      hash = Math.imul(hash ^ text.charCodeAt(offset), 0x01000193);
    }
    // The high bits depend on more of the text than the low ones.
    let place = (hash ^ (hash >>> 15)) & mask;
    for (let known = this.#places[place] ?? 0; known > 0; known = this.#places[place] ?? 0) {
      if (this.#isPiece(known - 1, text, begin, end)) {
        break;
      }
      place = (place + 1) & mask;
    }
    return place;
  }

  #isPiece(id: number, text: string, begin: number, end: number): boolean {
    let offset = this.#begins[id] ?? 0;
    if ((this.#ends[id] ?? 0) - offset !== end - begin) {
      return false;
    }
    for (let other = begin; other < end; other++) {
      if (this.#text.charCodeAt(offset) !== text.charCodeAt(other)) {
        return false;
      }
      offset += 1;
    }
    return true;
  }
}
