import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import {
  type Access,
  type Comparison,
  compareAccess,
  findGenerated,
  generateEdits,
  renameMarkers,
} from '../../../src/aws-files/generated.ts';
import { isMarker, markerLine, readMarker } from '../../../src/aws-files/generated-marker.ts';
import { renameSession } from '../../../src/aws-files/profile-edits.ts';
import { configText } from './generate.ts';
import { MemoryEditors, StoreScene } from './store-scene.ts';

const DEV = { accountId: '111111111111', role: 'Admin', name: 'dev' };
const PROD = { accountId: '222222222222', role: 'ReadOnly', name: 'prod' };
const BOTH = access([DEV, PROD]);

function access(roles: readonly { accountId: string; role: string }[], isComplete = true): Access {
  const found = new Map<string, string[]>();
  for (const { accountId, role } of roles) {
    found.set(accountId, [...(found.get(accountId) ?? []), role]);
  }
  return { roles: found, isComplete };
}

/** A config file with these profiles generated for the session acme. */
function generated(before = '', profiles = [DEV, PROD]): string {
  const { config = [] } = generateEdits('acme', profiles, [], { region: 'eu-west-1' });
  return applyEdits(Buffer.from(before), 'config', config).toString();
}

async function compare(
  context: TestContext,
  config: string,
  now: Access,
  credentials = '',
): Promise<Comparison> {
  const { store } = await StoreScene.make(context, { config, credentials });
  return compareAccess(store.snapshot, store.config, 'acme', now);
}

const names = (profiles: readonly { name: string }[]): readonly string[] => profiles.map(({ name }) => name);

describe('a generated profile', () => {
  it('has its marker above it and is apart from the rest', () => {
    assert.equal(
      generated('[default]\nregion = x\n[profile a]\nregion = y', [DEV]).replace(/\([0-9a-f]{8}\)/, '(…)'),
      '[default]\nregion = x\n[profile a]\nregion = y\n\n' +
        '# rolecall: generated from sso-session acme, 111111111111/Admin (…)\n[profile dev]\n' +
        'sso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Admin\nregion = eu-west-1\n',
    );
  });

  it('goes with its marker, wherever it stands', () => {
    for (const before of ['', '# about the file\n\n', '[default]\nregion = x\n']) {
      const text = Buffer.from(generated(before));
      for (const name of ['dev', 'prod']) {
        const one = applyEdits(text, 'config', [{ type: 'remove', section: { kind: 'profile', name } }]);
        const markers = one.toString().split('\n').filter(isMarker);
        assert.deepEqual(
          markers.map(line => readMarker(line)?.role),
          name === 'dev' ? ['ReadOnly'] : ['Admin'],
          before,
        );
      }
    }
  });

  it('is read the same with and without its marker, by every tool, whatever stands above it', () => {
    fc.assert(
      fc.property(configText, text => {
        let edited: Buffer;
        try {
          edited = Buffer.from(generated(text, [{ ...DEV, name: 'never-used-before' }]));
        } catch {
          // Some files cannot be added to; then nothing is written.
          return;
        }
        const without = edited.toString().replace(/# rolecall: generated from .*/, '');
        for (const dialect of ['sdk', 'js', 'cli'] as const) {
          const [one, other] = [edited, Buffer.from(without)].map(bytes => {
            const reading = readDialect(dialect, parseDocument(bytes), 'config');
            return {
              sections: reading.sections.map(section => [
                section.kind,
                section.name,
                section.keys().map(({ key, value }) => [key, value]),
              ]),
              refusals: reading.refusals.map(({ reason }) => reason),
            };
          });
          assert.deepEqual(one, other);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a marker', () => {
  it('reads back', () => {
    const marker = { session: 'acme', accountId: '111111111111', role: 'a=b,c@d.e+f', digest: '0123abcd' };
    assert.deepEqual(readMarker(markerLine(marker)), marker);
  });

  it('is no other comment', () => {
    const line = markerLine({ session: 's', accountId: '111111111111', role: 'r', digest: '01234567' });
    for (const other of [
      `${line} x`,
      line.slice(1),
      line.replace('acme', ''),
      line.replace('rolecall', 'x'),
    ]) {
      assert.equal(readMarker(other) === undefined, other !== line);
    }
  });
});

describe('a second run', () => {
  it('has nothing to do', async context => {
    const found = await compare(context, generated(), BOTH);
    assert.deepEqual(found, { missing: [], present: 2, gone: [], goneEdited: [] });
  });

  it('has nothing to do in any file', async context => {
    const { store } = await StoreScene.make(context, { config: generated() });
    const { missing } = compareAccess(store.snapshot, store.config, 'acme', BOTH);
    assert.deepEqual(
      generateEdits(
        'acme',
        missing.map(role => ({ ...role, name: 'x' })),
        [],
        {},
      ),
      {},
    );
  });

  it('finds what is new, and profiles that were written by hand', async context => {
    const own =
      '[profile mine]\nsso_session = acme\nsso_account_id = 222222222222\nsso_role_name = ReadOnly\n\n';
    const found = await compare(
      context,
      generated(own, [DEV]),
      access([DEV, PROD, { ...PROD, role: 'New' }]),
    );
    assert.deepEqual(found.missing, [{ accountId: '222222222222', role: 'New' }]);
    assert.equal(found.present, 2);
  });

  it('offers to remove what is gone', async context => {
    const found = await compare(context, generated(), access([PROD]));
    assert.deepEqual(names(found.gone), ['dev']);
  });

  it('says what stands on it', async context => {
    const user = '\n[profile up]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = dev\n';
    const { gone } = await compare(context, generated() + user, access([PROD]));
    assert.deepEqual(
      gone.map(({ users }) => users),
      [['up']],
    );
  });

  it('removes nothing after a listing that is not complete, or empty', async context => {
    for (const now of [access([PROD], false), access([])]) {
      const found = await compare(context, generated(), now);
      assert.deepEqual([...found.gone, ...found.goneEdited], []);
    }
  });

  it('leaves other sessions and profiles without a marker alone', async context => {
    const own = '[profile mine]\nsso_session = acme\nsso_account_id = 333333333333\nsso_role_name = Gone\n';
    const { config = [] } = generateEdits('other', [{ ...DEV, name: 'theirs' }], [], {});
    const text = applyEdits(Buffer.from(own), 'config', config).toString();
    const found = await compare(context, text, access([PROD]));
    assert.deepEqual([...found.gone, ...found.goneEdited], []);
  });
});

describe('a session that gets another name', () => {
  it('keeps what was generated for it, and not what somebody edited', async context => {
    const config = generated('[sso-session acme]\nsso_region = x\n').replace(
      'ReadOnly\nregion = eu-west-1',
      'ReadOnly\nregion = eu-west-2',
    );
    const { store } = await StoreScene.make(context, { config });
    const markers = renameMarkers(store.snapshot, store.config, 'acme', 'corp');
    const { config: edits = [] } = renameSession(store.snapshot, 'acme', 'corp');
    await store.apply({ config: [...markers, ...edits] }, new AbortController().signal);
    const found = compareAccess(store.snapshot, store.config, 'corp', access([{ ...DEV, role: 'Other' }]));
    assert.deepEqual(names(found.gone), ['dev']);
    assert.deepEqual(found.goneEdited, []);
    assert.deepEqual(names(findGenerated(store.snapshot, store.config, 'acme')), ['prod']);
  });
});

describe('a profile that somebody edited is never removed', () => {
  const text = generated();
  const edits: Readonly<Record<string, string>> = {
    'another value': text.replace('region = eu-west-1', 'region = eu-west-3'),
    'a key more': text.replace('region = eu-west-1', 'region = eu-west-1\ncli_pager = cat'),
    'a key less': text.replace('region = eu-west-1\n', ''),
    'another name': text.replace('[profile dev]', '[profile sandbox]'),
    'another role': text.replace('sso_role_name = Admin', 'sso_role_name = Owner'),
    'a comment in it': text.replace('[profile dev]\n', '[profile dev]\n# mine\n'),
    'a comment below its last key': text.replace('eu-west-1\n\n', 'eu-west-1\n# ask Kim\n\n'),
    'a comment behind a value': text.replace('region = eu-west-1', 'region = eu-west-1 # the data is there'),
    'a comment behind its header': text.replace('[profile dev]', '[profile dev] ; mine [sic]'),
    'a comment above it': text.replace('[profile dev]', '# mine\n[profile dev]'),
    'its marker gone': text.replace(/^.*\/Admin.*\n/m, ''),
    'its marker apart': text.replace('[profile dev]', '\n[profile dev]'),
    'a copy of it': text.replace(
      /(# rolecall.*\n)\[profile dev\]\n((?:.+\n)+)/,
      '$1[profile copy]\n$2region2 = x\n',
    ),
  };
  for (const [what, edited] of Object.entries(edits)) {
    it(what, async context => {
      assert.notEqual(edited, text);
      const found = await compare(context, edited, access([PROD]));
      assert.deepEqual(found.gone, []);
    });
  }

  it('a key in the credentials file', async context => {
    const found = await compare(context, text, access([PROD]), '[dev]\nregion = eu-west-3\n');
    assert.deepEqual(found.gone, []);
    assert.deepEqual(names(found.goneEdited), ['dev']);
  });

  it('one that stands edited in an open editor', async context => {
    const editors = new MemoryEditors();
    editors.open('config', text.replace('region = eu-west-1', 'region = eu-west-3'));
    const { store } = await StoreScene.make(context, { config: text }, { editors });
    const { gone } = compareAccess(store.snapshot, store.config, 'acme', access([PROD]));
    assert.deepEqual(names(gone), ['dev']);
    const edits = generateEdits('acme', [], gone, {});
    await assert.rejects(store.apply(edits, new AbortController().signal), /dev was edited meanwhile/);
    editors.open('config', text);
    await store.apply(edits, new AbortController().signal);
    assert.equal(editors.text('config'), generated('', [PROD]));
  });

  it('but one that was only moved, or written with other blanks, is as it was', async context => {
    const moved = text.trimEnd().split('\n\n').reverse().join('\n\n').replaceAll(' = ', '=');
    assert.notEqual(moved, text);
    const { store } = await StoreScene.make(context, { config: moved });
    const found = findGenerated(store.snapshot, store.config, 'acme');
    assert.ok(found.length === 2 && found.every(({ isEdited }) => !isEdited));
  });

  it('whatever lines it loses or gets', async context => {
    const lines = text.split('\n');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length - 1),
        fc.constantFrom('drop', 'twice', 'x = y', '# note', '[profile z]'),
        async (at, what) => {
          const changed =
            what === 'drop'
              ? lines.toSpliced(at, 1)
              : lines.toSpliced(at, 0, what === 'twice' ? (lines[at] ?? '') : what);
          const { store } = await StoreScene.make(context, { config: changed.join('\n') });
          const { gone } = compareAccess(store.snapshot, store.config, 'acme', access([PROD]));
          for (const { name } of gone) {
            // Then it reads as it was written, and its own lines are the written ones.
            const body = changed
              .join('\n')
              .split('[profile dev]\n')[1]
              ?.split(/\n\s*\n|\n# rolecall|\n\[/)[0];
            assert.equal(name, 'dev');
            assert.equal(body?.trim(), text.split('[profile dev]\n')[1]?.split('\n\n')[0]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
