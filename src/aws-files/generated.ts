import type { SdkReading, SectionRows } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import type { Edit, FileEdits, KeyValue, NewSection } from './file-edits.ts';
import {
  digest,
  digestOf,
  lastOwnRow,
  type Marker,
  markerLine,
  ownText,
  type RoleRef,
  readMarker,
} from './generated-marker.ts';
import type { Profile, Snapshot } from './snapshot.ts';

/** A profile with a marker above it. */
export type GeneratedProfile = Pick<Marker, 'session' | 'accountId' | 'role'> & {
  readonly name: string;
  /** Somebody changed it since: its name, a key, a comment. Then it is theirs, and is not touched again. */
  readonly isEdited: boolean;
  /** The 1-based line of its header; the marker of one that nobody edited is right above. */
  readonly line: number;
  /** Marker, header and keys as they stand in the file. */
  readonly text: string;
};

/** The profiles that were generated for a session, by the markers above their headers. */
export function findGenerated(
  snapshot: Snapshot,
  config: SdkReading,
  session: string,
): readonly GeneratedProfile[] {
  const found: GeneratedProfile[] = [];
  for (const rows of config.sections) {
    const above = commentsAbove(config, rows.header);
    const markers = above.flatMap(line => readMarker(line) ?? []);
    const [marker] = markers;
    const profile = rows.kind === 'profile' ? snapshot.profiles.get(rows.name) : undefined;
    if (marker?.session === session && profile !== undefined) {
      const isWhole = above.length === 1 && isKeysAlone(config, rows, profile);
      const { accountId, role } = marker;
      found.push({
        session,
        accountId,
        role,
        name: profile.name,
        isEdited: !isWhole || !isAsWritten(profile, marker),
        line: config.document.line(rows.header),
        text: ownText(config.document, rows),
      });
    }
  }
  return found;
}

/** The comments right above a row, without a blank line between. */
function commentsAbove({ document }: SdkReading, header: number): readonly string[] {
  const lines: string[] = [];
  for (let row = header - 1; row >= 0; row--) {
    if (!document.isComment(row) || document.line(row + 1) - document.line(row) !== 1) {
      break;
    }
    lines.push(document.read(document.begin(row), document.end(row)));
  }
  return lines;
}

/**
 * Whether a section's lines are its keys, each once, and nothing else: a comment that speaks of it would go with it,
 * one behind its header or behind a value too. Those that lead up to the next header are not its own.
 */
function isKeysAlone({ document }: SdkReading, rows: SectionRows, profile: Profile): boolean {
  const { header, end } = rows;
  if (document.mark(header) !== document.end(header) - 1) {
    return false;
  }
  const last = lastOwnRow(document, rows);
  for (let row = header + 1; row <= last; row++) {
    if (document.isComment(row) || !isSettingAlone(document, row, profile)) {
      return false;
    }
  }
  // Right below the last key, without a blank line, it is about that key.
  const isFollowed = last + 1 < end && document.line(last + 1) - document.line(last) === 1;
  return last - header === profile.settings().length && !isFollowed;
}

/** Whether a line is a key with all that stands behind its `=` as the value. */
function isSettingAlone(document: Document, row: number, profile: Profile): boolean {
  const mark = document.mark(row);
  const [key, value] = [document.read(document.begin(row), mark), document.read(mark + 1, document.end(row))];
  return mark !== -1 && profile.get(key.trim()) === value.trim();
}

function isAsWritten(profile: Profile, marker: Marker): boolean {
  return (
    profile.places.length === 1 &&
    profile.get('sso_account_id') === marker.accountId &&
    profile.get('sso_role_name') === marker.role &&
    digestOf(profile) === marker.digest
  );
}

/** The profiles of a session by their account and role, generated or written by hand. */
function profilesByRole(snapshot: Snapshot, session: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const profile of snapshot.profiles.values()) {
    const { sso_session, sso_account_id, sso_role_name } = profile.pick([
      'sso_session',
      'sso_account_id',
      'sso_role_name',
    ]);
    if (sso_session === session && sso_account_id !== undefined && sso_role_name !== undefined) {
      const id = roleId({ accountId: sso_account_id, role: sso_role_name });
      found.set(id, [...(found.get(id) ?? []), profile.name]);
    }
  }
  return found;
}

/** One text for a role in an account. */
export function roleId({ accountId, role }: RoleRef): string {
  return `${accountId}/${role}`;
}

/** What a session gives access to. */
export type Access = {
  readonly roles: ReadonlyMap<string, readonly string[]>;
  /** Every account was asked and answered. */
  readonly isComplete: boolean;
};

/** A generated profile whose role is not there any more. */
export type GoneProfile = GeneratedProfile & {
  /** The profiles that stand on it. */
  readonly users: readonly string[];
};

/** What a run of generating finds to do. */
export type Comparison = {
  /** Roles without a profile, by account, then by name. */
  readonly missing: readonly RoleRef[];
  /** The number of roles that have a profile. */
  readonly present: number;
  /** Generated profiles of roles that are gone; none when the listing is not complete. */
  readonly gone: readonly GoneProfile[];
  /** The same that somebody edited: they are kept. */
  readonly goneEdited: readonly GoneProfile[];
};

/**
 * Compares the profiles of a session with what it gives access to. A role that has a profile, generated or not, is not
 * missing. Only a complete listing that is not empty tells that a role is gone.
 */
export function compareAccess(
  snapshot: Snapshot,
  config: SdkReading,
  session: string,
  access: Access,
): Comparison {
  const profiles = profilesByRole(snapshot, session);
  const listed = new Map<string, RoleRef>();
  for (const [accountId, roles] of access.roles) {
    for (const role of roles) {
      listed.set(roleId({ accountId, role }), { accountId, role });
    }
  }
  const missing = [...listed].filter(([id]) => !profiles.has(id)).map(([, role]) => role);
  const isTelling = access.isComplete && listed.size > 0;
  const gone = isTelling
    ? findGenerated(snapshot, config, session).filter(each => !listed.has(roleId(each)))
    : [];
  const users = usersOf(
    snapshot,
    gone.map(({ name }) => name),
  );
  const withUsers = gone.map(each => ({ ...each, users: users.get(each.name) ?? [] }));
  return {
    missing: missing.sort(compareRoles),
    present: listed.size - missing.length,
    gone: withUsers.filter(({ isEdited }) => !isEdited),
    goneEdited: withUsers.filter(({ isEdited }) => isEdited),
  };
}

/** The order of accounts, then roles, by their characters. */
export function compareRoles(one: RoleRef, other: RoleRef): number {
  const [a, b] = [roleId(one), roleId(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The profiles that name one of these as their `source_profile`, by that. One that goes along does not count. */
function usersOf(snapshot: Snapshot, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sought = new Set(names);
  const users = new Map<string, string[]>();
  if (sought.size > 0) {
    for (const profile of snapshot.profiles.values()) {
      const source = profile.get('source_profile');
      if (source !== undefined && sought.has(source) && !sought.has(profile.name)) {
        users.set(source, [...(users.get(source) ?? []), profile.name]);
      }
    }
  }
  return users;
}

/** A profile to be written. */
export type NamedRole = RoleRef & { readonly name: string };

/** The keys of every generated profile besides those of its role. Empty ones are left out. */
export type GeneratedDefaults = {
  readonly region?: string | undefined;
  readonly output?: string | undefined;
};

/** The keys of a profile that stands on an `sso-session`. */
function roleKeys(
  session: string,
  { accountId, role }: RoleRef,
  { region, output }: GeneratedDefaults = {},
): readonly KeyValue[] {
  return [
    ['sso_session', session],
    ['sso_account_id', accountId],
    ['sso_role_name', role],
    ...(region ? ([['region', region]] as const) : []),
    ...(output ? ([['output', output]] as const) : []),
  ];
}

/**
 * The edits that let the markers of a session follow when that gets another name, to be made together with the
 * renaming. Those of profiles that somebody edited stay: they say what was.
 */
export function renameMarkers(
  snapshot: Snapshot,
  config: SdkReading,
  session: string,
  newName: string,
): readonly Edit[] {
  const markers = findGenerated(snapshot, config, session).filter(({ isEdited }) => !isEdited);
  // From the last one up, as whole lines are changed best.
  return markers.reverse().flatMap(({ name, accountId, role, line }): readonly Edit[] => {
    const settings = (snapshot.profiles.get(name)?.settings() ?? []).map(
      ({ key, value }): KeyValue => [key, value],
    );
    const renamed = settings.map(([key, value]): KeyValue => [key, key === 'sso_session' ? newName : value]);
    const make = (of: string, keys: readonly KeyValue[]): string =>
      markerLine({ session: of, accountId, role, digest: digest(name, keys) });
    return [{ type: 'lines', line: line - 1, was: [make(session, settings)], now: [make(newName, renamed)] }];
  });
}

/** One edit of the config file that takes profiles out and adds others with their markers. */
export function generateEdits(
  session: string,
  add: readonly NamedRole[],
  remove: readonly Pick<GeneratedProfile, 'name' | 'text'>[],
  defaults: GeneratedDefaults,
): FileEdits {
  const removed = remove.map(
    ({ name, text }): Edit => ({ type: 'remove', section: { kind: 'profile', name }, was: text }),
  );
  const sections = add.map(({ name, accountId, role }): NewSection => {
    const settings = roleKeys(session, { accountId, role }, defaults);
    const marker = { session, accountId, role, digest: digest(name, settings) };
    return { section: { kind: 'profile', name }, settings, comment: markerLine(marker) };
  });
  const edits: readonly Edit[] = [
    ...removed,
    ...(sections.length === 0 ? [] : [{ type: 'addAll', sections } as const]),
  ];
  return edits.length === 0 ? {} : { config: edits };
}
