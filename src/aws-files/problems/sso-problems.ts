import { isPlainName } from '../dialects/sdk.ts';
import type { FileEdits } from '../file-edits.ts';
import { convertLegacySso } from '../legacy-sso.ts';
import type { Fix, Section, Snapshot } from '../snapshot.ts';
import { keyName } from './known-keys.ts';
import type { Piece, ProblemList, Subject } from './problem-list.ts';
import { KEY, type ProfileSearch, report } from './profile-search.ts';

/** What a session must have for a login. */
export function checkSession(search: ProfileSearch): void {
  for (const key of [KEY.sso_start_url, KEY.sso_region]) {
    if (!search.facts.has(key)) {
      report(search, 'incomplete', undefined, `${keyName(key)} is missing: a login needs it.`);
    }
  }
}

/** Checks the SSO settings of a profile: whether they are whole, and agree with those of its session. */
export function checkSso(search: ProfileSearch): void {
  const { facts, index } = search;
  const session = facts.has(KEY.sso_session);
  const url = facts.has(KEY.sso_start_url);
  const account = facts.has(KEY.sso_account_id);
  const role = facts.has(KEY.sso_role_name);
  const incomplete = (key: number, message: string): void => report(search, 'incomplete', key, message);
  if ((account || role) && !session && !url) {
    incomplete(account ? KEY.sso_account_id : KEY.sso_role_name, 'sso_session or sso_start_url is missing.');
  }
  if (url && !session && !facts.has(KEY.sso_region)) {
    incomplete(KEY.sso_start_url, 'sso_region is missing: a login needs it.');
  }
  if (account && !role) {
    incomplete(KEY.sso_account_id, 'sso_role_name is missing.');
  } else if (role && !account) {
    incomplete(KEY.sso_role_name, 'sso_account_id is missing.');
  } else if (url && !session && !account) {
    const message = 'sso_account_id and sso_role_name are missing: a login works, but gives no credentials.';
    report(search, 'incomplete', KEY.sso_start_url, message, { severity: 'warning' });
  }
  const name = session ? facts.value(KEY.sso_session) : undefined;
  const named = name === undefined ? undefined : index.sessions.get(name);
  if (named !== undefined) {
    compareWithSession(search, named);
  }
}

/** A setting that both have must be the same (botocore/tokens.py, credentials.py: InvalidConfigError). */
function compareWithSession(search: ProfileSearch, session: Section): void {
  const { facts, section } = search;
  for (const key of [KEY.sso_start_url, KEY.sso_region]) {
    const own = facts.value(key);
    const its = own === undefined ? undefined : session.setting(keyName(key));
    if (own !== undefined && its !== undefined && its.value !== own) {
      const name = keyName(key);
      const message = `${name} is another one in the session ${session.name}, line ${its.place.line}: AWS CLI and boto3 refuse the profile, the JavaScript SDK takes the session’s.`;
      report(search, 'conflict', key, message, {
        severity: 'error',
        fix: () => unsetKeys(search, [key], `Remove ${name} from ${section.name}`),
      });
    }
  }
}

/** Removes keys from a profile in the file where they count. */
function unsetKeys(
  { facts, section }: ProfileSearch,
  keys: readonly number[],
  title: string,
): Fix | undefined {
  const [first] = keys;
  const file = first === undefined ? undefined : facts.file(first)?.reading.file;
  const ref = { kind: 'profile', name: section.name } as const;
  return file === undefined
    ? undefined
    : { title, edits: { [file]: keys.map(key => ({ type: 'unset', section: ref, key: keyName(key) })) } };
}

type Legacy = {
  readonly piece: Piece;
  readonly subject: Subject | undefined;
  readonly profiles: string[];
  /** Those that the profiles name; a profile without one counts as ''. */
  readonly regions: Set<string>;
};

/** Gathers the profiles that sign in with SSO in the old form, and says it once for each start URL. */
export class LegacySso {
  readonly #urls = new Map<string, Legacy>();

  check({ facts, section, subject }: ProfileSearch): void {
    const url = facts.has(KEY.sso_session) ? undefined : facts.value(KEY.sso_start_url);
    const piece = facts.piece(KEY.sso_start_url);
    if (url === undefined || piece === undefined || !facts.has(KEY.sso_account_id)) {
      return;
    }
    const region = facts.value(KEY.sso_region) ?? '';
    const known = this.#urls.get(url);
    if (known === undefined) {
      this.#urls.set(url, { piece, subject, profiles: [section.name], regions: new Set([region]) });
    } else {
      known.profiles.push(section.name);
      known.regions.add(region);
    }
  }

  report(problems: ProblemList, snapshot: Snapshot): void {
    for (const [url, legacy] of this.#urls) {
      const { piece, subject, profiles } = legacy;
      const who = profiles.length === 1 ? 'This profile signs' : `${profiles.length} profiles sign`;
      const message = `${who} in with SSO in the old form, whose login cannot be refreshed. With an [sso-session] it can.`;
      problems.add('legacySso', piece, message, { subject, fix: () => convert(url, legacy, snapshot) });
    }
  }
}

/** The conversion of all profiles of a start URL; undefined where they do not agree on the region. */
function convert(startUrl: string, { profiles, regions }: Legacy, snapshot: Snapshot): Fix | undefined {
  const [region = '', ...others] = regions;
  if (region === '' || others.length > 0) {
    return undefined;
  }
  const known = [...snapshot.sessions.values()].find(
    session => session.get('sso_start_url') === startUrl && session.get('sso_region') === region,
  );
  const name = known?.name ?? freeName(startUrl, snapshot);
  return name === undefined
    ? undefined
    : new Conversion(`Sign in through the SSO session ${name}`, () =>
        convertLegacySso(snapshot, { startUrl, region, profiles, session: known?.name }, name),
      );
}

/** `acme` of `https://acme.awsapps.com/start`, or `acme-2` where that is taken; undefined without a usable host. */
function freeName(startUrl: string, { sessions }: Snapshot): string | undefined {
  const host = URL.parse(startUrl)?.hostname.split('.')[0] ?? '';
  let name = host;
  for (let number = 2; sessions.has(name); number++) {
    name = `${host}-${number}`;
  }
  return isPlainName(name) ? name : undefined;
}

/** The edits of thousands of profiles are not made before somebody wants them. */
class Conversion implements Fix {
  readonly title: string;
  readonly #make: () => FileEdits;
  #edits: FileEdits | undefined;

  constructor(title: string, make: () => FileEdits) {
    this.title = title;
    this.#make = make;
  }

  get edits(): FileEdits {
    this.#edits ??= this.#make();
    return this.#edits;
  }
}
