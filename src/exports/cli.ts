import type { Credentials } from '../credentials/credentials.ts';
import { UserError } from '../lib/errors.ts';
import { pythonJson } from '../sso/python-json.ts';

export type CliFormat = 'env' | 'env-no-export' | 'powershell' | 'windows-cmd' | 'fish' | 'process';

/** A date as Python's `datetime.isoformat` prints it in UTC: parts of a second only where there are some. */
function isoFormat(ms: number): string {
  const text = new Date(ms).toISOString();
  const fraction = text.slice(20, 23);
  return `${text.slice(0, 19)}${fraction === '000' ? '' : `.${fraction}000`}+00:00`;
}

const LINES: Readonly<Record<Exclude<CliFormat, 'process'>, (name: string, value: string) => string>> = {
  env: (name, value) => `export ${name}=${value}`,
  'env-no-export': (name, value) => `${name}=${value}`,
  powershell: (name, value) => `$Env:${name}="${value}"`,
  'windows-cmd': (name, value) => `set ${name}=${value}`,
  fish: (name, value) => `set -gx ${name} "${value}"`,
};

/**
 * The output of `aws configure export-credentials`, byte for byte (AWS CLI's `exportcreds.py`). It quotes and
 * escapes nothing, which is AWS CLI's way; a line break, which would start a line of its own, is refused.
 * @throws UserError
 */
export function cliText(format: CliFormat, credentials: Credentials): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  const end = expiration === undefined ? undefined : isoFormat(expiration);
  if (format === 'process') {
    const output = {
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      ...(sessionToken === undefined ? {} : { SessionToken: sessionToken }),
      ...(end === undefined ? {} : { Expiration: end }),
    };
    return `${pythonJson(output, { indent: 2 })}\n`;
  }
  const variables: readonly (readonly [name: string, value: string | undefined])[] = [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    ['AWS_CREDENTIAL_EXPIRATION', end],
  ];
  return variables
    .map(([name, value]) => {
      if (value !== undefined && /[\r\n\0]/.test(value)) {
        throw new UserError(`The value for ${name} holds a line break.`, {
          hint: 'It cannot be exported. Correct it where it comes from.',
        });
      }
      return value === undefined ? '' : `${LINES[format](name, value)}\n`;
    })
    .join('');
}
