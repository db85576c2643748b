import { UserError } from '../lib/errors.ts';
import type { Edit, FileEdits, KeyValue, SectionRef } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import { validateName } from './names.ts';
import type { Section, Snapshot } from './snapshot.ts';

type Keys = Readonly<Record<string, string>>;

const FILES: readonly FileName[] = ['credentials', 'config'];

/** What `aws configure set` writes to the credentials file; all else goes to the config file. */
const CREDENTIALS_KEYS: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
]);

/** The file that AWS CLI would write a new key of a profile to. */
function fileOfKey(key: string): FileName {
  return CREDENTIALS_KEYS.has(key.toLowerCase()) ? 'credentials' : 'config';
}

/** Adds a profile; keys that are secrets go to the credentials file. Throws `UserError` when the name is taken or bad. */
export function createProfile(snapshot: Snapshot, name: string, keys: Keys): FileEdits {
  needFree(snapshot, { kind: 'profile', name });
  const section = { kind: 'profile', name } as const;
  const settings = Object.entries(keys);
  const secret = settings.filter(([key]) => fileOfKey(key) === 'credentials');
  const plain = settings.filter(([key]) => fileOfKey(key) === 'config');
  const edits: Partial<Record<FileName, readonly Edit[]>> = {};
  if (secret.length > 0) {
    edits.credentials = [{ type: 'add', section, settings: secret }];
  }
  if (plain.length > 0 || secret.length === 0) {
    edits.config = [{ type: 'add', section, settings: plain }];
  }
  return edits;
}

/**
 * Sets a key in the file where its effective value stands (credentials first), else in the one AWS CLI would
 * choose; `null` removes it from both files. Throws `UserError` when there is no such profile.
 */
export function setProfileKey(
  snapshot: Snapshot,
  name: string,
  key: string,
  value: string | null,
): FileEdits {
  const profile = needProfile(snapshot, name);
  const section = { kind: 'profile', name } as const;
  if (value === null) {
    return inFiles(filesOf(snapshot, profile), [{ type: 'unset', section, key }]);
  }
  const file = profile.setting(key.toLowerCase())?.origin ?? blockFile(profile, key) ?? fileOfKey(key);
  const isThere = filesOf(snapshot, profile).includes(file);
  return { [file]: [{ type: 'set', section, key, value, ...(isThere ? {} : { create: true }) }] };
}

/** A nested key goes where its block is: two blocks of one name would hide each other. */
function blockFile(profile: Section, key: string): FileName | undefined {
  const dot = key.indexOf('.');
  const block = key.slice(0, dot + 1).toLowerCase();
  return dot === -1 ? undefined : profile.settings().find(setting => setting.key.startsWith(block))?.origin;
}

/** Renames a profile in both files, and what refers to it. Throws `UserError` when either name will not do. */
export function renameProfile(snapshot: Snapshot, name: string, newName: string): FileEdits {
  const profile = needProfile(snapshot, name);
  needFree(snapshot, { kind: 'profile', name: newName });
  needReadable(snapshot, name);
  return join(
    inFiles(filesOf(snapshot, profile), [
      { type: 'rename', section: { kind: 'profile', name }, name: newName },
    ]),
    retarget(snapshot, 'source_profile', name, newName),
  );
}

/** Copies a profile's lines, in both files. Throws `UserError` when either name will not do. */
export function duplicateProfile(snapshot: Snapshot, name: string, newName: string): FileEdits {
  const profile = needProfile(snapshot, name);
  needFree(snapshot, { kind: 'profile', name: newName });
  return inFiles(filesOf(snapshot, profile), [
    { type: 'copy', section: { kind: 'profile', name }, name: newName },
  ]);
}

/** Removes a profile from both files; what refers to it stays. Throws `UserError` when there is none. */
export function deleteProfile(snapshot: Snapshot, name: string): FileEdits {
  const profile = needProfile(snapshot, name);
  needReadable(snapshot, name);
  return inFiles(filesOf(snapshot, profile), [{ type: 'remove', section: { kind: 'profile', name } }]);
}

/** Adds an `[sso-session]` section. Throws `UserError` when the name is taken or bad. */
export function createSession(snapshot: Snapshot, name: string, keys: Keys): FileEdits {
  const section = { kind: 'sso-session', name } as const;
  needFree(snapshot, section);
  const settings: readonly KeyValue[] = Object.entries(keys);
  return { config: [{ type: 'add', section, settings }] };
}

/** Sets a key of a session; `null` removes it. Throws `UserError` when there is no such session. */
export function setSessionKey(
  snapshot: Snapshot,
  name: string,
  key: string,
  value: string | null,
): FileEdits {
  needSession(snapshot, name);
  const section = { kind: 'sso-session', name } as const;
  return {
    config: [value === null ? { type: 'unset', section, key } : { type: 'set', section, key, value }],
  };
}

/** Renames a session and the profiles' references to it. Throws `UserError` when either name will not do. */
export function renameSession(snapshot: Snapshot, name: string, newName: string): FileEdits {
  needSession(snapshot, name);
  const section = { kind: 'sso-session', name } as const;
  needFree(snapshot, { kind: 'sso-session', name: newName });
  return join(
    { config: [{ type: 'rename', section, name: newName }] },
    retarget(snapshot, 'sso_session', name, newName),
  );
}

/** Removes a session; the profiles that use it stay. Throws `UserError` when there is none. */
export function deleteSession(snapshot: Snapshot, name: string): FileEdits {
  needSession(snapshot, name);
  return { config: [{ type: 'remove', section: { kind: 'sso-session', name } }] };
}

/**
 * Moves keys of a profile to one of the files, each with the value that counts; the file that gets them is written
 * first. Throws `UserError` when there is no such profile, or it has none of the keys.
 */
export function moveKeys(snapshot: Snapshot, name: string, keys: readonly string[], to: FileName): FileEdits {
  const profile = needProfile(snapshot, name);
  needReadable(snapshot, name);
  const settings = keys.flatMap(key => profile.setting(key.toLowerCase()) ?? []);
  if (settings.length === 0) {
    throw new UserError(`The profile ${name} has no such key.`, {
      hint: 'Look at its keys, then try again.',
    });
  }
  const section = { kind: 'profile', name } as const;
  const create = filesOf(snapshot, profile).includes(to) ? {} : ({ create: true } as const);
  const moved = settings.filter(({ origin }) => origin !== to);
  const from = to === 'config' ? 'credentials' : 'config';
  return moved.length === 0
    ? {}
    : {
        [to]: moved.map(({ key, value }) => ({ type: 'set', section, key, value, ...create })),
        [from]: moved.map(({ key }) => ({ type: 'unset', section, key })),
      };
}

function needProfile(snapshot: Snapshot, name: string): Section {
  const profile = snapshot.profiles.get(name);
  if (profile === undefined) {
    throw new UserError(`There is no profile ${name}.`, { hint: 'Check the name, or add the profile.' });
  }
  return profile;
}

/** Half of a profile must not stay behind unseen in a file that cannot be read. */
function needReadable(snapshot: Snapshot, name: string): void {
  for (const { path, status } of Object.values(snapshot.files)) {
    if (status === 'unreadable') {
      throw new UserError(`${path} cannot be read, and ${name} may stand in it too. Nothing was changed.`, {
        hint: 'Make the file readable first.',
        file: path,
      });
    }
  }
}

function needSession(snapshot: Snapshot, name: string): void {
  if (!snapshot.sessions.has(name)) {
    throw new UserError(`There is no SSO session ${name}.`, {
      hint: 'Check the name, or set up the session.',
    });
  }
}

function needFree(snapshot: Snapshot, { kind, name }: SectionRef): void {
  const reason = validateName(kind, name);
  if (reason !== undefined) {
    throw new UserError(reason, { hint: 'Choose another name.' });
  }
  if (kind === 'profile' && snapshot.profiles.has(name)) {
    throw new UserError(`There is a profile ${name} already.`, { hint: 'Choose another name.' });
  }
  if (kind === 'sso-session' && snapshot.sessions.has(name)) {
    throw new UserError(`There is an SSO session ${name} already.`, { hint: 'Choose another name.' });
  }
}

/** The files that have a section of that name. */
function filesOf(snapshot: Snapshot, section: Section): readonly FileName[] {
  return FILES.filter(file => section.places.some(place => place.file === snapshot.files[file].path));
}

function inFiles(files: readonly FileName[], edits: readonly Edit[]): FileEdits {
  return Object.fromEntries(files.map(file => [file, edits]));
}

/** References stand in either file; a file without any stays as it is. */
function retarget(snapshot: Snapshot, key: string, from: string, to: string): FileEdits {
  const files = FILES.filter(file => snapshot.files[file].status === 'read');
  return inFiles(files, [{ type: 'retarget', key, from, to }]);
}

function join(one: FileEdits, other: FileEdits): FileEdits {
  const joined = FILES.map((file): [FileName, readonly Edit[]] => [
    file,
    [...(one[file] ?? []), ...(other[file] ?? [])],
  ]);
  return Object.fromEntries(joined.filter(([, edits]) => edits.length > 0));
}
