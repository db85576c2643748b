import type { Profile } from './snapshot.ts';

/**
 * What a profile gets its credentials from, in the order of AWS CLI: an assumed role (`source_profile` or
 * `credential_source`), a web identity, SSO, keys, `aws login`, a process. `token`: an SSO session only, for
 * bearer tokens. `empty`: none of them.
 */
export type ProfileKind = 'role' | 'webIdentity' | 'sso' | 'keys' | 'login' | 'process' | 'token' | 'empty';

export declare function profileKind(profile: Profile): ProfileKind;
