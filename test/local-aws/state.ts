import type { Data } from './data.ts';
import { KeyRing } from './keys.ts';
import type { Settings } from './settings.ts';
import { SsoState } from './sso-state.ts';

/** All that the played AWS knows and remembers. */
export type State = {
  readonly data: Data;
  readonly settings: Settings;
  readonly sso: SsoState;
  readonly keys: KeyRing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

export function createState(data: Data, settings: Settings, now: () => number): State {
  return {
    data,
    settings,
    now,
    sso: new SsoState(data, settings, now),
    keys: new KeyRing(data, now),
  };
}
