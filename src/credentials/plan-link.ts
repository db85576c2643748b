import type { Place } from '../aws-files/snapshot.ts';
import type { SsoSession } from '../sso/session.ts';
import type { Credentials } from './credentials.ts';

/** One `AssumeRole`, with the credentials of the links before it. */
export type RoleAction = {
  readonly kind: 'role';
  /** The profile whose keys say so. */
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly sessionName: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly mfaSerial: string | undefined;
};

export type SsoAction = {
  readonly kind: 'sso';
  readonly session: SsoSession;
  readonly accountId: string;
  readonly roleName: string;
};

export type ProcessAction = {
  readonly kind: 'process';
  readonly command: string;
  /** `aws_account_id`, for a helper that names none. */
  readonly accountId: string | undefined;
};

/** What to do at a link. `note` and `skip` only tell; `fail` ends the chain. */
export type Action =
  | { readonly kind: 'note'; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'fail'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'keys'; readonly reason: string; readonly credentials: Credentials }
  | ProcessAction
  | SsoAction
  | RoleAction;

export type PlanLink = {
  readonly source: string;
  /** Where in the files it stands. */
  readonly place: Place | undefined;
  readonly action: Action;
};

/** Whether a link gives credentials or ends the chain, so that no later source counts. */
export function isDecisive(link: PlanLink): boolean {
  return link.action.kind !== 'note' && link.action.kind !== 'skip';
}
