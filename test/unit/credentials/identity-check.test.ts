import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { ChainError, type Identity, type Trace } from '../../../src/credentials/credentials.ts';
import { type CheckMode, IdentityCheck } from '../../../src/credentials/identity-check.ts';
import type { ResolveOptions } from '../../../src/credentials/resolve.ts';
import { Cancelled } from '../../../src/lib/errors.ts';
import { makeHome } from '../sso/home.ts';

const CONFIG = '[profile dev]\ncredential_process = first\n[profile prod]\nregion = eu-west-1\n';
const TRACE: Trace = { profile: 'dev', links: [] };

function identityOf(userId: string): Identity {
  const arn = 'arn:aws:iam::123456789012:user/me';
  const rest = { region: undefined, expiresAt: undefined, foreignHost: undefined };
  return { account: '123456789012', arn, userId, profile: 'dev', source: 'static keys', ...rest };
}

type Run = { readonly options: ResolveOptions; answer(userId: string): void; fail(error: unknown): void };

/** A check whose chain answers when the test says so, and notices an abort as the real one does. */
async function makeBed() {
  const home = await makeHome();
  const snapshot = await home.write(CONFIG);
  const runs: Run[] = [];
  const resolver = {
    identity: (_snapshot: Snapshot, _profile: string | undefined, options: ResolveOptions) => {
      const run = Promise.withResolvers<{ identity: Identity; trace: Trace }>();
      const stop = (): void => run.reject(new Cancelled());
      options.signal.addEventListener('abort', stop, { once: true });
      runs.push({
        options,
        answer: userId => run.resolve({ identity: identityOf(userId), trace: TRACE }),
        fail: run.reject,
      });
      return run.promise;
    },
  };
  const check = new IdentityCheck(async () => resolver, home.system);
  const start = (mode: CheckMode, profile = 'dev', signal = new AbortController().signal) => {
    const done = check.check({ snapshot, profile }, mode, { signal });
    // Looked at by the test when it wants to.
    done.catch(() => undefined);
    return done;
  };
  return {
    home,
    snapshot,
    check,
    start,
    /** The nth run of the chain, once it has begun. */
    run: async (index: number): Promise<Run> => {
      await settle();
      return runs[index] ?? assert.fail(`run ${index} has not begun`);
    },
    count: async () => {
      await settle();
      return runs.length;
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

test('a check that nobody asked for does not end one that the user did', async () => {
  await using bed = await makeBed();
  const asked = bed.start('asked');
  const quiet = bed.start('quiet');
  assert.equal(await bed.count(), 1);
  (await bed.run(0)).answer('asked');
  assert.equal((await asked).userId, 'asked');
  (await bed.run(1)).answer('quiet');
  await quiet;
  assert.equal(bed.check.state.kind === 'known' && bed.check.state.identity.userId, 'quiet');
});

test('of those that wait for it, the last one is made', async () => {
  await using bed = await makeBed();
  const asked = bed.start('asked');
  const waiting = [bed.start('quiet'), bed.start('quiet'), bed.start('quiet')];
  (await bed.run(0)).answer('asked');
  await asked;
  (await bed.run(1)).answer('quiet');
  const outcomes = (await Promise.allSettled(waiting)).map(each => each.status);
  assert.deepEqual(outcomes, ['rejected', 'rejected', 'fulfilled']);
  assert.equal(await bed.count(), 2);
});

test('two who ask at the same time both get their answer', async () => {
  await using bed = await makeBed();
  const one = bed.start('asked');
  const two = bed.start('asked');
  (await bed.run(1)).answer('two');
  (await bed.run(0)).answer('one');
  assert.equal((await one).userId, 'one');
  assert.equal((await two).userId, 'two');
});

test('a call that is called off leaves the other one', async () => {
  await using bed = await makeBed();
  const stop = new AbortController();
  const one = bed.start('asked', 'dev', stop.signal);
  const two = bed.start('asked');
  await bed.run(1);
  stop.abort();
  await assert.rejects(one, Cancelled);
  assert.equal(bed.check.state.kind, 'checking');
  (await bed.run(1)).answer('two');
  await two;
  assert.equal(bed.check.state.kind, 'known');
});

test('of two that nobody asked for the new one ends the old one', async () => {
  await using bed = await makeBed();
  const old = bed.start('quiet');
  await bed.run(0);
  const young = bed.start('quiet');
  await assert.rejects(old, Cancelled);
  (await bed.run(1)).answer('young');
  await young;
  assert.equal(bed.check.state.kind, 'known');
});

test('a late answer about another profile changes nothing', async () => {
  await using bed = await makeBed();
  const asked = bed.start('asked');
  await bed.run(0);
  bed.check.reset();
  const quiet = bed.start('quiet', 'prod');
  (await bed.run(1)).answer('prod');
  await quiet;
  (await bed.run(0)).answer('dev');
  assert.equal((await asked).userId, 'dev');
  assert.equal(bed.check.state.kind === 'known' && bed.check.state.identity.userId, 'prod');
});

test('a refusal keeps who it was before, a cancel what was known', async () => {
  await using bed = await makeBed();
  const first = bed.start('asked');
  (await bed.run(0)).answer('me');
  await first;
  const second = bed.start('quiet');
  (await bed.run(1)).fail(new ChainError('offline', 'Nobody could be reached.', TRACE));
  await assert.rejects(second, ChainError);
  assert.equal(bed.check.state.kind === 'refused' && bed.check.state.last?.identity.userId, 'me');
  const stop = new AbortController();
  const third = bed.start('asked', 'dev', stop.signal);
  await bed.run(2);
  stop.abort();
  await assert.rejects(third, Cancelled);
  assert.equal(bed.check.state.kind, 'refused');
});

test('who asked for one process did not ask for another', async () => {
  await using bed = await makeBed();
  const subject = { snapshot: bed.snapshot, profile: 'dev' };
  assert.equal(await bed.check.wasAsked(subject), false);
  const asked = bed.start('asked');
  (await bed.run(0)).answer('me');
  await asked;
  assert.equal(await bed.check.wasAsked(subject), true);
  const region = await bed.home.write(`${CONFIG}[profile dev]\nregion = eu-west-1\n`);
  assert.equal(await bed.check.wasAsked({ snapshot: region, profile: 'dev' }), true);
  const other = await bed.home.write(CONFIG.replace('first', 'second'));
  assert.equal(await bed.check.wasAsked({ snapshot: other, profile: 'dev' }), false);
});
