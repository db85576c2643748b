/** How the played AWS behaves. Every field may be changed while the server runs. */
export type Settings = {
  /** Life of a device code, in seconds. */
  deviceCodeSeconds: number;
  /** Seconds between two polls of one device code; a `slow_down` adds 5. */
  pollIntervalSeconds: number;
  /** Life of a client registration, in seconds. */
  registrationSeconds: number;
  /** Life of an access token that has a refresh token, in seconds. */
  refreshableTokenSeconds: number;
  /** Life of an access token without a refresh token, in seconds. */
  plainTokenSeconds: number;
  /** How long after a login its refresh tokens are accepted, in seconds. */
  sessionSeconds: number;
  /** Life of the portal's role credentials, in seconds. */
  roleCredentialSeconds: number;
  /** The most that the portal answers before it says 429; undefined is no limit. */
  portalLimit: { perSecond: number; burst: number } | undefined;
  /** Every sign-in is approved as soon as it is asked for. */
  autoApprove: boolean;
  /** `/device?user_code=…`, or `/start/#/device?user_code=…` as new access portals have it. */
  verification: 'query' | 'fragment';
  /** Put behind `verificationUriComplete` as it is, for characters that careless code breaks: `&relay=a%2Bb`. */
  verificationSuffix: string;
  /** Answers requests for AWS's own host names too, for a test that sends those to loopback. */
  awsNames: boolean;
  /** A signature older or newer than this is refused; undefined accepts any time. */
  maxClockSkewSeconds: number | undefined;
};

/** AWS's own values where they are known. */
export function defaultSettings(): Settings {
  return {
    deviceCodeSeconds: 600,
    pollIntervalSeconds: 1,
    registrationSeconds: 90 * 24 * 3600,
    refreshableTokenSeconds: 3600,
    plainTokenSeconds: 8 * 3600,
    sessionSeconds: 8 * 3600,
    roleCredentialSeconds: 3600,
    portalLimit: undefined,
    autoApprove: false,
    verification: 'query',
    verificationSuffix: '',
    awsNames: false,
    maxClockSkewSeconds: undefined,
  };
}
