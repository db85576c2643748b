import type { Profile, Snapshot } from '../aws-files/snapshot.ts';
import type { Environment } from '../lib/system.ts';
import { environmentLink } from './plan-environment.ts';
import { isDecisive, type PlanLink } from './plan-link.ts';
import { profileLinks } from './plan-profile.ts';

/** What would be tried, in order. Holds keys as they stand in the files: never to be shown as it is. */
export type Plan = {
  /** The profile that was asked for; null for the default chain. */
  readonly profile: string | null;
  /** The profile whose settings count: the one asked for, else the default chain's. */
  readonly settingsFrom: string;
  readonly links: readonly PlanLink[];
};

/** The name of the profile that tools take when nobody chooses one, as AWS CLI v2 finds it. */
function defaultProfile(env: Environment): {
  readonly name: string;
  readonly from: string | undefined;
} {
  for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const name = env[variable];
    if (name) {
      return { name, from: variable };
    }
  }
  return { name: 'default', from: undefined };
}

function missingProfile(snapshot: Snapshot, name: string, from: string | undefined): PlanLink {
  const { config, credentials } = snapshot.files;
  return {
    source: `profile ${name}`,
    place: undefined,
    action: {
      kind: 'fail',
      reason: `${from === undefined ? `The profile "${name}"` : `${from} names the profile "${name}", which`} is neither in ${config.path} nor in ${credentials.path}.`,
      hint: 'Correct the name, or create the profile.',
    },
  };
}

const NOT_ASKED: PlanLink = {
  source: 'Boto2 files',
  place: undefined,
  action: {
    kind: 'skip',
    reason: 'not read: only boto3 and AWS CLI still look into /etc/boto.cfg and ~/.boto',
  },
};

/** The sources outside the files, which come last: a container's and the instance's. */
function remoteLinks(env: Environment): readonly PlanLink[] {
  const variable = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'].find(
    name => env[name],
  );
  const container: PlanLink = {
    source: 'container credentials',
    place: undefined,
    action:
      variable === undefined
        ? { kind: 'skip', reason: 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set' }
        : {
            kind: 'fail',
            reason: `${variable} is set; Rolecall does not support container credentials yet.`,
            hint: 'AWS CLI and the SDKs use them by themselves. Choose a profile to see its identity here.',
          },
  };
  if (container.action.kind === 'fail') {
    return [NOT_ASKED, container];
  }
  const off = env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true';
  return [
    NOT_ASKED,
    container,
    {
      source: 'EC2 instance metadata',
      place: undefined,
      action: off
        ? { kind: 'skip', reason: 'AWS_EC2_METADATA_DISABLED is true' }
        : {
            kind: 'fail',
            reason: 'Rolecall does not support instance metadata yet. No other source has credentials.',
            hint: 'On an EC2 instance AWS CLI and the SDKs find its role. Elsewhere choose a profile, or create one.',
          },
    },
  ];
}

function webIdentityLink(env: Environment): PlanLink | undefined {
  return env['AWS_WEB_IDENTITY_TOKEN_FILE']
    ? {
        source: 'AWS_WEB_IDENTITY_TOKEN_FILE',
        place: undefined,
        action: {
          kind: 'fail',
          reason: 'AWS_WEB_IDENTITY_TOKEN_FILE is set; Rolecall does not support web identity yet.',
          hint: 'AWS CLI and the SDKs use it by themselves. Choose a profile to see its identity here.',
        },
      }
    : undefined;
}

/**
 * The links of the credential chain in the order in which botocore and AWS CLI v2 try them
 * (`create_credential_resolver`). With a profile it is as with `--profile`: keys and web identity of the
 * environment do not count. Without one the environment comes first, then the profile of `AWS_PROFILE`,
 * `AWS_DEFAULT_PROFILE` or `default`. Pure: asks nobody, reads no other file.
 */
export function planChain(snapshot: Snapshot, env: Environment, profile: string | undefined): Plan {
  const chosen = profile === undefined ? defaultProfile(env) : { name: profile, from: undefined };
  const links: PlanLink[] = [environmentLink(env, profile)];
  const plan: Plan = { profile: profile ?? null, settingsFrom: chosen.name, links };
  const section: Profile | undefined = snapshot.profiles.get(chosen.name);
  if (links.some(isDecisive)) {
    if (section !== undefined) {
      links.push({
        source: `profile ${chosen.name}`,
        place: section.places[0],
        action: { kind: 'skip', reason: 'AWS_ACCESS_KEY_ID comes first' },
      });
    }
    return plan;
  }
  const web = profile === undefined ? webIdentityLink(env) : undefined;
  if (section !== undefined) {
    links.push({
      source: `profile ${chosen.name}`,
      place: section.places[0],
      action: {
        kind: 'note',
        reason:
          profile !== undefined
            ? 'the profile that was asked for'
            : chosen.from === undefined
              ? 'the default profile'
              : `${chosen.from} names it`,
      },
    });
    links.push(...profileLinks(snapshot, section, web));
  } else if (profile !== undefined || chosen.from !== undefined) {
    links.push(missingProfile(snapshot, chosen.name, chosen.from));
  } else {
    links.push({
      source: 'profile default',
      place: undefined,
      action: { kind: 'skip', reason: 'there is no profile of that name' },
    });
    links.push(...(web === undefined ? [] : [web]));
  }
  if (!links.some(isDecisive)) {
    links.push(...remoteLinks(env));
  }
  return plan;
}
