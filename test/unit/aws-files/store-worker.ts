import { createProfile, setProfileKey } from '../../../src/aws-files/profile-edits.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { realSystem } from '../../../src/lib/system.ts';

/** Creates profiles and sets a key of each: run by several processes at once. */
const [home = '', name = '', count = '0'] = process.argv.slice(2);
const store = new Store({ system: { ...realSystem(), env: {}, home } });
const { signal } = new AbortController();
await store.load();
for (let index = 0; index < Number(count); index++) {
  const profile = `${name}-${index}`;
  await store.apply(createProfile(store.snapshot, profile, { region: 'eu-west-1' }), signal);
  await store.apply(setProfileKey(store.snapshot, profile, 'output', 'json'), signal);
}
