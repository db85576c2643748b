import { COPIED_VARIABLE, FILE_VARIABLES, type Redirection } from '../aws-files/location.ts';
import type { Environment } from '../lib/system.ts';
import type { RoleInUse } from './role-in-use.ts';

/**
 * The profile that this window works as, and who said so. `profile` is null where none is chosen: tools then
 * use their default chain. `user` is a switch in this window or one that the workspace remembers. With `role`, the
 * profile stands in no file of the user's.
 */
export type ActiveProfile = {
  readonly profile: string | null;
  readonly from: 'user' | 'AWS_PROFILE' | 'AWS_DEFAULT_PROFILE' | 'none';
  readonly role?: RoleInUse;
};

/** Credential variables that win over any profile in botocore, and in the SDKs where no profile is named. */
export const KEY_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
] as const;

/**
 * The active profile of a window that opens: the role that the workspace remembers, or its choice (`null` is a
 * remembered clear), else `AWS_PROFILE`, else `AWS_DEFAULT_PROFILE`, else none.
 */
export function startProfile(
  remembered: string | null | undefined,
  env: Environment,
  role?: RoleInUse,
): ActiveProfile {
  if (role !== undefined) {
    return { profile: role.profile, from: 'user', role };
  }
  if (remembered !== undefined) {
    return { profile: remembered, from: 'user' };
  }
  for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] as const) {
    const profile = env[variable];
    if (profile !== undefined && profile !== '') {
      return { profile, from: variable };
    }
  }
  return { profile: null, from: 'none' };
}

/**
 * What new terminals get: variable to value. The way to the files where tools would look elsewhere; the profile only
 * when the user switched here. Never a region, which would override `--profile other`. An empty value stands for "not set" in the key variables, which every SDK reads
 * so; `AWS_PROFILE` is never written empty, because botocore fails on it.
 */
export function terminalVariables(
  active: ActiveProfile,
  env: Environment,
  overrideKeys: boolean,
  redirection: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>(Object.entries(redirection ?? {}));
  if (active.from !== 'user' || active.profile === null) {
    return variables;
  }
  variables.set('AWS_PROFILE', active.profile);
  if (isSet(env, 'AWS_DEFAULT_PROFILE')) {
    // boto3 and AWS CLI v1 read it before AWS_PROFILE.
    variables.set('AWS_DEFAULT_PROFILE', active.profile);
  }
  if (overrideKeys) {
    for (const variable of KEY_VARIABLES) {
      if (isSet(env, variable)) {
        variables.set(variable, '');
      }
    }
  }
  return variables;
}

/**
 * How terminals find the files while a role is in use: its private config file, by absolute path, in place of the
 * user's own at `config`, which is named beside it.
 */
export function roleRedirection(
  redirection: Redirection | undefined,
  roleFile: string | undefined,
  config: string,
): Readonly<Record<string, string>> | undefined {
  return roleFile === undefined
    ? redirection
    : { ...redirection, [FILE_VARIABLES.config]: roleFile, [COPIED_VARIABLE]: config };
}

/** The inherited variable that wins over the active profile in new terminals, or undefined. */
export function shadowingVariable(
  active: ActiveProfile,
  env: Environment,
  overrideKeys: boolean,
): string | undefined {
  if (active.profile === null) {
    return undefined;
  }
  const written = terminalVariables(active, env, overrideKeys, undefined);
  const wins = (variable: string): boolean => isSet(env, variable) && !written.has(variable);
  if (wins('AWS_ACCESS_KEY_ID')) {
    return 'AWS_ACCESS_KEY_ID';
  }
  if (wins('AWS_DEFAULT_PROFILE') && env['AWS_DEFAULT_PROFILE'] !== active.profile) {
    return 'AWS_DEFAULT_PROFILE';
  }
  return undefined;
}

/** What VS Code says of the variables that it gives to terminals, as a sentence; undefined where it gives none. */
export function variablesDescription(
  active: ActiveProfile,
  redirection: Redirection | undefined,
): string | undefined {
  const hasProfile = active.from === 'user' && active.profile !== null;
  const given = [
    ...(hasProfile ? ['the active AWS profile'] : []),
    ...(redirection === undefined ? [] : ['the AWS files']),
  ].join(' and ');
  if (active.role !== undefined) {
    return 'A role without a profile, used once in Rolecall, and a copy of the config file that has it.';
  }
  return given === '' ? undefined : `${given.charAt(0).toUpperCase()}${given.slice(1)}, chosen in Rolecall.`;
}

/** What terminals use once the choice is cleared, as a sentence. */
export function inheritedChoice(env: Environment): string {
  if (isSet(env, 'AWS_ACCESS_KEY_ID')) {
    return 'New terminals inherit AWS_ACCESS_KEY_ID from the environment.';
  }
  for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] as const) {
    if (isSet(env, variable)) {
      return `New terminals inherit ${variable}=${env[variable]} from the environment.`;
    }
  }
  return 'New terminals use the default chain.';
}

function isSet(env: Environment, variable: string): boolean {
  const value = env[variable];
  return value !== undefined && value !== '';
}
