import type { FileName } from '../aws-files/kinds.ts';
import type { ProfileKind } from '../aws-files/profile-kind.ts';
import type { Profile, Snapshot } from '../aws-files/snapshot.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { STATIC_KEYS } from './static-keys.ts';

const CHAIN_KEYS = ['sso_session', 'sso_start_url', 'source_profile'] as const;

type ChainValues = Readonly<Record<(typeof CHAIN_KEYS)[number], string | undefined>>;

/** The keys that `contextOf` and `tokenFrom` want to know. */
export const CONTEXT_KEYS = [...CHAIN_KEYS, ...STATIC_KEYS] as const;

/**
 * The token that a profile stands on, its own or that of a profile in its chain of sources; else undefined. The same
 * for whatever else is known of sessions by their ids.
 */
export function tokenBehind<T = TokenState>(
  snapshot: Snapshot,
  name: string,
  tokens: ReadonlyMap<string, T>,
): T | undefined {
  return tokenFrom(snapshot.profiles.get(name)?.pick(CHAIN_KEYS), name, { snapshot, tokens });
}

/** The same where the values of the profile's own keys are at hand. */
export function tokenFrom<T = TokenState>(
  own: ChainValues | undefined,
  name: string,
  { snapshot, tokens }: { readonly snapshot: Snapshot; readonly tokens: ReadonlyMap<string, T> },
): T | undefined {
  const seen = new Set([name]);
  let values = own;
  while (values !== undefined) {
    const id = values.sso_session ?? values.sso_start_url;
    if (id !== undefined) {
      return tokens.get(id);
    }
    const next: string | undefined = values.source_profile;
    if (next === undefined || seen.has(next)) {
      return undefined;
    }
    seen.add(next);
    values = snapshot.profiles.get(next)?.pick(CHAIN_KEYS);
  }
  return undefined;
}

/** The session that a profile's own keys name: an `sso-session`, or the start URL of a legacy login. */
export function sessionIdOf(profile: Profile): string | undefined {
  const { sso_session, sso_start_url } = profile.pick(['sso_session', 'sso_start_url']);
  return sso_session ?? sso_start_url;
}

type ContextFacts = {
  readonly kind: ProfileKind;
  readonly active: boolean;
  readonly token: TokenState | undefined;
  readonly hasProblems: boolean;
  readonly values: Readonly<Record<(typeof CONTEXT_KEYS)[number], string | undefined>>;
};

/** The words by which menus know what a profile's row offers. */
export function contextOf(profile: Profile, facts: ContextFacts, { files }: Snapshot): string {
  const { kind, active, token, values } = facts;
  const sso = token !== undefined || values.sso_session !== undefined || values.sso_start_url !== undefined;
  const inFile = (name: FileName): boolean => profile.places.some(place => place.file === files[name].path);
  const keysInConfig = STATIC_KEYS.some(
    key => values[key] !== undefined && profile.setting(key)?.origin === 'config',
  );
  return [
    'profile',
    kind,
    active ? 'active' : 'inactive',
    sso ? 'withSso' : '',
    sso && token?.kind !== 'valid' && token !== undefined ? 'needsLogin' : '',
    values.sso_start_url && !values.sso_session ? 'legacySso' : '',
    keysInConfig ? 'keysInConfig' : '',
    facts.hasProblems ? 'withProblems' : '',
    inFile('credentials') ? 'inCredentials' : '',
    inFile('config') ? 'inConfig' : '',
  ]
    .filter(word => word !== '')
    .join(' ');
}
