import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import { generateEdits } from '../../../src/aws-files/generated.ts';
import {
  DEFAULT_TEMPLATE,
  type NameFields,
  type NameTemplate,
  nameRoles,
  parseTemplate,
} from '../../../src/view/name-template.ts';

const nothingTaken = (): boolean => false;

function template(text: string): NameTemplate {
  const read = parseTemplate(text);
  assert.ok(!('fault' in read), 'fault' in read ? read.fault : '');
  return read;
}

const role = (account: string, accountId: string, name = 'Admin'): NameFields => ({
  account,
  accountId,
  role: name,
  session: 'acme',
});

function nameOf(text: string, fields: NameFields): string | undefined {
  return nameRoles(template(text), [fields], nothingTaken)[0]?.name;
}

describe('a template', () => {
  const fields = role('Log Archive (EU)', '123456789012', 'AWSAdministratorAccess');
  for (const [text, name] of [
    [DEFAULT_TEMPLATE, 'log-archive-eu-AWSAdministratorAccess'],
    ['{account}', 'Log-Archive-EU'],
    ['{account:lower}', 'log-archive-eu'],
    ['{account:upper}', 'LOG-ARCHIVE-EU'],
    ['{account:snake}.{role:kebab}', 'log_archive_eu.aws-administrator-access'],
    ['{account:kebab:first(3)}/{role:last(6):lower}', 'log/access'],
    ['{session}/{accountId:last(4)}', 'acme/9012'],
    ['x-{accountId}', 'x-123456789012'],
  ] as const) {
    it(`${text} gives ${name}`, () => assert.equal(nameOf(text, fields), name));
  }

  it('takes accents off and never begins with a hyphen', () => {
    assert.equal(nameOf('{account:kebab}-{role}', role('Équipe Données', '1')), 'equipe-donnees-Admin');
    assert.equal(nameOf('{account}-{role}', role('本番', '123456789012')), 'Admin');
  });

  for (const [text, at, fault] of [
    ['{acount}', 1, /no field \{acount\}/],
    ['a{account', 1, /not closed/],
    ['a}', 1, /closes nothing/],
    ['ab c{role}', 2, /letters, digits/],
    ['{role:shout}', 6, /no transform “shout”/],
    ['{role:lower:first(0)}', 12, /no transform “first\(0\)”/],
    ['plain', 0, /needs a field/],
    ['', 0, /needs a field/],
  ] as const) {
    it(`${text} is refused at ${at}`, () => {
      const read = parseTemplate(text);
      assert.ok('fault' in read);
      assert.equal(read.at, at);
      assert.match(read.fault, fault);
    });
  }
});

describe('names', () => {
  it('given to several all get the account ID', () => {
    const names = nameRoles(
      template('{account:kebab}'),
      [role('Dev', '222222222222'), role('dev', '111111111111'), role('Prod', '333333333333')],
      nothingTaken,
    );
    assert.deepEqual(names, [
      { accountId: '111111111111', role: 'Admin', name: 'dev-111111111111', isChanged: true },
      { accountId: '222222222222', role: 'Admin', name: 'dev-222222222222', isChanged: true },
      { accountId: '333333333333', role: 'Admin', name: 'prod', isChanged: false },
    ]);
  });

  it('of one account are numbered', () => {
    const names = nameRoles(template('{account}'), [role('a', '1', 'X'), role('a', '1', 'Y')], nothingTaken);
    assert.deepEqual(
      names.map(({ name }) => name),
      ['a-1', 'a-1-2'],
    );
  });

  it('are never those of profiles that are there, nor the default one', () => {
    const names = nameRoles(
      template('{account}'),
      [role('default', '1'), role('here', '2')],
      name => name === 'here' || name === 'here-2',
    );
    assert.deepEqual(
      names.map(({ name }) => name),
      ['default-1', 'here-2-2'],
    );
  });
});

const anyRole: fc.Arbitrary<NameFields> = fc.record({
  account: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('default', 'DEFAULT', '__proto__', 'Dev', 'dev', 'a b', '-', ''),
  ),
  accountId: fc.constantFrom('111111111111', '222222222222', '333333333333'),
  role: fc.constantFrom('Admin', 'ReadOnly', 'a=b,c', 'x@y.z'),
  session: fc.constant('acme'),
});

const anyTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom('{account}', '{accountId}', '{role}', '{session}', '{account:kebab:first(4)}'),
      fc.constantFrom('{role:snake}', '{account:upper}', '-', '/', 'x', '.', ':', '%', '+'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map(parts => parts.join(''))
  .filter(text => !('fault' in parseTemplate(text)));

const anyRoles = fc.uniqueArray(anyRole, {
  selector: ({ accountId, role: name }) => `${accountId}/${name}`,
  maxLength: 8,
});

describe('whatever the accounts are called', () => {
  it('each role gets a name of its own, that is not taken, the same in whatever order they come', () => {
    fc.assert(
      fc.property(anyTemplate, anyRoles, fc.array(fc.string(), { maxLength: 3 }), (text, roles, used) => {
        const taken = new Set(used);
        const isTaken = (name: string): boolean => taken.has(name);
        const names = nameRoles(template(text), roles, isTaken);
        assert.equal(names.length, roles.length);
        assert.equal(new Set(names.map(({ name }) => name)).size, roles.length);
        assert.ok(names.every(({ name }) => !isTaken(name) && !name.startsWith('-')));
        assert.deepEqual(nameRoles(template(text), roles.toReversed(), isTaken), names);
      }),
    );
  });

  it('every dialect reads the profiles of these names', () => {
    fc.assert(
      fc.property(anyTemplate, anyRoles, (text, roles) => {
        const names = nameRoles(template(text), roles, nothingTaken);
        const { config = [] } = generateEdits('acme', names, [], { region: 'eu-west-1' });
        const document = parseDocument(applyEdits(undefined, 'config', config));
        for (const dialect of ['sdk', 'js', 'cli'] as const) {
          const found = readDialect(dialect, document, 'config').sections.map(section => [
            section.name,
            ...section.keys().map(({ key, value }) => `${key}=${value}`),
          ]);
          assert.deepEqual(
            found,
            names.map(({ name, accountId, role: roleName }) => [
              name,
              'sso_session=acme',
              `sso_account_id=${accountId}`,
              `sso_role_name=${roleName}`,
              'region=eu-west-1',
            ]),
          );
        }
      }),
    );
  });
});
