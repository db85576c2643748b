import type { Place, Snapshot } from '../aws-files/snapshot.ts';

/** An `[sso-session]` section, or the legacy profiles that share one `sso_start_url`. */
export type SsoSession = {
  /** The text whose SHA-1 names the token file: the section's name, or the start URL as it is written. */
  readonly id: string;
  readonly kind: 'session' | 'legacy';
  readonly startUrl: string | undefined;
  readonly region: string | undefined;
  /** `sso_registration_scopes`, split at commas; empty when the key is not set. */
  readonly scopes: readonly string[];
  readonly place: Place;
  /** The profiles that use it, in file order. */
  readonly profiles: readonly string[];
};

/** Every session of the files: sections in file order, then legacy start URLs. */
export declare function listSessions(snapshot: Snapshot): readonly SsoSession[];
