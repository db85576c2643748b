import type { Key } from './keys.ts';
import { AwsFailure } from './messages.ts';
import type { State } from './state.ts';

/**
 * True when a code was shown and is right, false when none was shown.
 * Throws `AccessDenied` in STS's words for half of the pair, a device that is not the caller's, or a wrong code.
 */
export function checkMfa(
  serial: string | undefined,
  code: string | undefined,
  caller: Key,
  state: State,
): boolean {
  if (serial === undefined && code === undefined) {
    return false;
  }
  if (serial === undefined || code === undefined) {
    throw new AwsFailure(
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    );
  }
  const user = state.data.users.find(each => each.accessKeyId === caller.accessKeyId);
  const device = user?.mfa?.find(each => each.serial === serial);
  if (device === undefined) {
    throw new AwsFailure(
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
        'Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  const place = device.codes.indexOf(code);
  if (place < 0) {
    throw new AwsFailure(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
  }
  if (device.singleUse === true) {
    device.codes.splice(place, 1);
  }
  return true;
}
