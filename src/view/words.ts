/** A 12-digit account id in groups of four (`1234-5678-9012`); any other text as it is. */
export function groupAccountId(account: string): string {
  return /^\d{12}$/.test(account) ? account.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3') : account;
}

/** A span of milliseconds in words: `7 h 12 min`, `8 min`, `less than a minute`, `3 days`. */
export function spanInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) {
    return 'less than a minute';
  }
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) {
    return `${Math.floor(hours / 24)} days`;
  }
  if (hours === 0) {
    return `${minutes} min`;
  }
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A span of milliseconds that is only an estimate, as coarse as that: `about 3 h`, `about 40 min`, `about 8 min`. */
export function aboutSpan(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 20) {
    return minutes < 1 ? 'less than a minute' : `about ${minutes} min`;
  }
  const step = minutes < 115 ? 10 : 60;
  return `about ${spanInWords(Math.round(minutes / step) * step * 60_000)}`;
}

/** A moment as the user's clock shows it (`18:42`); with the day when it is not today's. */
export function clockTime(at: number, now: number): string {
  const moment = new Date(at);
  const time = `${String(moment.getHours()).padStart(2, '0')}:${String(moment.getMinutes()).padStart(2, '0')}`;
  if (moment.toDateString() === new Date(now).toDateString()) {
    return time;
  }
  return `${moment.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

/** `1 problem`, `2 problems`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A path with the home folder as `~`. */
export function shortPath(path: string, home: string): string {
  return home !== '' && (path.startsWith(`${home}/`) || path.startsWith(`${home}\\`))
    ? `~${path.slice(home.length)}`
    : path;
}

/**
 * What an ARN says of who one is: the role's name (`Admin`, without the wrapping that IAM Identity Center gives
 * a permission set), `user/alice`, `root`. Undefined when it is no IAM or STS ARN.
 */
export function roleOfArn(arn: string): string | undefined {
  const resource = /^arn:[\w-]+:(?:iam|sts)::\d*:(.+)$/.exec(arn)?.[1];
  if (resource === undefined) {
    return undefined;
  }
  const assumed = /^assumed-role\/([^/]+)/.exec(resource)?.[1];
  if (assumed !== undefined) {
    return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(assumed)?.[1] ?? assumed;
  }
  const role = /^role\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
  return role ?? resource;
}

/** The account in an ARN, or undefined. */
export function accountOfArn(arn: string): string | undefined {
  return /^arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):/.exec(arn)?.[1];
}
