import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FileEdits } from '../../../src/aws-files/file-edits.ts';
import { isFixOf, joinFixes, mendText } from '../../../src/aws-files/mend.ts';
import type { Problem } from '../../../src/aws-files/snapshot.ts';

const TEXT = '[profile a]\nregoin = x\nregoin2 = y\n\n[profile b]\noutput = json\n';

function lines(line: number, was: string, now: readonly string[]): FileEdits {
  return { config: [{ type: 'lines', line, was: [was], now }] };
}

function problem(line: number, edits: FileEdits | undefined): Problem {
  return {
    rule: 'unknownKey',
    severity: 'info',
    message: 'x',
    place: { file: '/c', line },
    range: { line, column: 1, endLine: line, endColumn: 2 },
    ...(edits === undefined ? {} : { fix: { title: 'Mend', edits } }),
  };
}

describe('fixes', () => {
  test('of several problems are made each once, the last line first', () => {
    const gone = lines(2, 'regoin = x', []);
    const joined = joinFixes([
      problem(2, gone),
      problem(6, undefined),
      problem(3, lines(3, 'y', ['z'])),
      problem(2, gone),
    ]);
    assert.deepEqual(joined, [lines(3, 'y', ['z']), gone]);
  });

  test('of one file are told from those of both', () => {
    const unset = { type: 'unset', section: { kind: 'profile', name: 'a' }, key: 'x' } as const;
    assert.equal(isFixOf({ title: '', edits: { config: [unset], credentials: [] } }, 'config'), true);
    assert.equal(isFixOf({ title: '', edits: { config: [unset] } }, 'credentials'), false);
    assert.equal(isFixOf({ title: '', edits: { config: [unset], credentials: [unset] } }, 'config'), false);
  });

  test('change the text, even when one moves the lines of another', () => {
    const fixes = joinFixes([
      problem(2, lines(2, 'regoin = x', [])),
      problem(3, lines(3, 'regoin2 = y', ['region = y'])),
    ]);
    assert.equal(mendText(TEXT, 'config', fixes), '[profile a]\nregion = y\n\n[profile b]\noutput = json\n');
  });

  test('that cannot be made any more are left out beside others', () => {
    const stale = lines(6, 'output = text', ['output = yaml']);
    const good = lines(2, 'regoin = x', ['region = x']);
    assert.equal(mendText(TEXT, 'config', [stale, good]), TEXT.replace('regoin = x', 'region = x'));
    assert.throws(() => mendText(TEXT, 'config', [stale]), { name: 'UserError' });
    assert.throws(() => mendText(TEXT, 'config', [stale, stale]), { name: 'UserError' });
  });

  test('keep what stands round them: line ends and other letters', () => {
    const text = '# é\r\n[profile a]\r\nregoin = x\r\n';
    assert.equal(
      mendText(text, 'config', [lines(3, 'regoin = x', ['region = x'])]),
      '# é\r\n[profile a]\r\nregion = x\r\n',
    );
  });
});
