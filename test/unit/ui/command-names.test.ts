import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMAND_NAMES } from '../../../src/ui/command-names.ts';

type Manifest = { readonly contributes: { readonly commands: readonly { readonly command: string }[] } };

test('the commands that are registered are those that package.json contributes', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const manifest: Manifest = JSON.parse(text);
  assert.deepEqual(
    COMMAND_NAMES.map(name => `rolecall.${name}`).sort(),
    manifest.contributes.commands.map(each => each.command).sort(),
  );
});
