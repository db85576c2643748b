import type { Turns } from '../../lib/turns.ts';
import { maskedValue } from '../schema.ts';
import type { Fix } from '../snapshot.ts';
import { cutName } from './header-words.ts';
import { keyName } from './known-keys.ts';
import { fixPiece } from './line-fixes.ts';
import { nearestName } from './nearest.ts';
import type { Piece, ProblemList, Subject } from './problem-list.ts';
import { KEY, type ProfileSearch, report } from './profile-search.ts';

/** Where there are many names, a missing one is compared with all of them only so often. */
const MANY_NAMES = 300;
const MAX_COMPARED = 20;
const LINKS_A_TURN = 5000;
/** Of a longer circle only the beginning is shown. */
const MAX_SHOWN = 6;

type Names = ReadonlyMap<string, unknown>;
type Link = { readonly source: string; readonly piece: Piece; readonly subject: Subject | undefined };

/** Checks what profiles name: other profiles, sessions, services sections. Circles show once all profiles are known. */
export class References {
  readonly #problems: ProblemList;
  readonly #links = new Map<string, Link>();
  /** Profiles with keys of their own, at which a chain of roles ends. */
  readonly #ends = new Set<string>();
  readonly #nearest = new Map<string, string | undefined>();

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  check(search: ProfileSearch): void {
    const { facts, index, section, subject } = search;
    this.#checkName(search, KEY.sso_session, index.sessions, 'a session');
    this.#checkName(search, KEY.services, index.services, 'a section');
    this.#checkName(search, KEY.source_profile, index.profiles, 'a profile');
    if (facts.has(KEY.aws_access_key_id)) {
      this.#ends.add(section.name);
    }
    const source = facts.has(KEY.role_arn) ? facts.value(KEY.source_profile) : undefined;
    const piece = facts.piece(KEY.source_profile);
    if (source !== undefined && piece !== undefined && index.profiles.has(source)) {
      this.#links.set(section.name, { source, piece, subject });
    }
  }

  #checkName(search: ProfileSearch, key: number, names: Names, what: string): void {
    const name = search.facts.value(key);
    if (name === undefined || names.has(name)) {
      return;
    }
    // Without a role nobody asks for the profile behind it.
    const isIdle = key === KEY.source_profile && !search.facts.has(KEY.role_arn);
    const nearest = this.#findNearest(key, name, names);
    const advice = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    const message = `${keyName(key)} names ${what} that does not exist: ${shown(name)}.${advice}`;
    report(search, 'reference', key, message, {
      severity: isIdle ? 'warning' : 'error',
      fix: () => makeFix(search, key, nearest),
    });
  }

  #findNearest(key: number, name: string, names: Names): string | undefined {
    const id = `${key} ${name}`;
    if (!this.#nearest.has(id)) {
      const isTooMuch = names.size > MANY_NAMES && this.#nearest.size >= MAX_COMPARED;
      this.#nearest.set(id, isTooMuch ? undefined : nearestName(name, names.keys(), names.size > MANY_NAMES));
    }
    return this.#nearest.get(id);
  }

  /** A chain of `source_profile` ends at static keys; a profile may name itself when it has them (botocore). */
  *searchLoops(): Turns<void> {
    const done = new Set<string>();
    let checked = 0;
    for (const [start, { source }] of this.#links) {
      if (!this.#links.has(source)) {
        continue;
      }
      const trail = new Map<string, number>();
      let name: string | undefined = start;
      while (name !== undefined && !done.has(name)) {
        const seen = trail.get(name);
        if (seen !== undefined) {
          this.#reportLoop([...trail.keys()].slice(seen));
          break;
        }
        trail.set(name, trail.size);
        const next: string | undefined = this.#links.get(name)?.source;
        name = next === undefined || this.#ends.has(next) ? undefined : next;
        checked += 1;
        if (checked % LINKS_A_TURN === 0) {
          yield;
        }
      }
      for (const passed of trail.keys()) {
        done.add(passed);
      }
    }
  }

  #reportLoop(names: readonly string[]): void {
    for (const [index, name] of names.entries()) {
      const link = this.#links.get(name);
      if (link !== undefined) {
        // Each profile sees the circle from where it stands.
        const round = [...names.slice(index, index + MAX_SHOWN), ...names.slice(0, index)].slice(
          0,
          MAX_SHOWN,
        );
        const rest = names.length > MAX_SHOWN ? ['…'] : [];
        const text = [...round, ...rest, name].map(shown).join(' → ');
        const message = `source_profile goes in a circle: ${text}.`;
        this.#problems.add('reference', link.piece, message, { severity: 'error', subject: link.subject });
      }
    }
  }
}

/** A name as it stands in the file; of several lines the first. */
function shown(name: string): string {
  return cutName(maskedValue('source_profile', name).text);
}

function makeFix({ facts }: ProfileSearch, key: number, nearest: string | undefined): Fix | undefined {
  const piece = facts.piece(key);
  // A name that would not read back as a value is no help.
  return piece === undefined ||
    nearest === undefined ||
    !/^[^\s#;](.*\S)?$/.test(nearest) ||
    /\s[#;]/.test(nearest)
    ? undefined
    : fixPiece(piece.file, `Write “${nearest}”`, piece.row, piece.begin, piece.end, nearest);
}
