import type { Environment } from '../lib/system.ts';
import { parseDate } from '../sso/dates.ts';
import type { Action, PlanLink } from './plan-link.ts';

const KEY_ID = 'AWS_ACCESS_KEY_ID';
const SECRET = 'AWS_SECRET_ACCESS_KEY';

function actionOf(env: Environment, profile: string | undefined): Action {
  const accessKeyId = env[KEY_ID];
  const secretAccessKey = env[SECRET];
  if (!accessKeyId) {
    return { kind: 'skip', reason: secretAccessKey ? `not set, though ${SECRET} is` : 'not set' };
  }
  if (profile !== undefined) {
    return { kind: 'skip', reason: 'set, but a profile was chosen, as with --profile' };
  }
  if (!secretAccessKey) {
    return {
      kind: 'fail',
      reason: `${KEY_ID} is set without ${SECRET}.`,
      hint: 'Set both or neither, then start VS Code again.',
    };
  }
  const end = env['AWS_CREDENTIAL_EXPIRATION'];
  const expiration = parseDate(end);
  if (end && expiration === undefined) {
    return {
      kind: 'fail',
      reason: 'AWS_CREDENTIAL_EXPIRATION is no date.',
      hint: 'Unset it, then start VS Code again.',
    };
  }
  // botocore reads the older name first; the SDK for JavaScript does not know it.
  const older = env['AWS_SECURITY_TOKEN'];
  const sessionToken = older || env['AWS_SESSION_TOKEN'];
  return {
    kind: 'keys',
    reason: older ? 'set, with the session token of AWS_SECURITY_TOKEN' : 'set',
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken ? { sessionToken } : {}),
      ...(expiration === undefined ? {} : { expiration }),
      ...(env['AWS_ACCOUNT_ID'] ? { accountId: env['AWS_ACCOUNT_ID'] } : {}),
    },
  };
}

/** The keys of the environment (botocore's `EnvProvider`). A chosen profile goes before them. */
export function environmentLink(env: Environment, profile: string | undefined): PlanLink {
  return { source: KEY_ID, place: undefined, action: actionOf(env, profile) };
}
