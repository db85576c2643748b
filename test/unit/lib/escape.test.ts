import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { escapeHtml, escapeIcons, escapeMarkdown, escapeMessage, visible } from '../../../src/lib/escape.ts';

/** The links that VS Code finds in the text of a notification (its pattern, in our words). */
const MESSAGE_LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+(?: (["']).+?\1)?\)/i;

describe('escapeMessage', () => {
  test('makes no link of any text', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'command:',
      'https://',
      'x',
      ' ',
      '\\',
      '\u200b',
      '"',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        assert.doesNotMatch(escapeMessage(pieces.join('')), MESSAGE_LINK);
      }),
      { numRuns: 2000 },
    );
    assert.match('[x](command:y)', MESSAGE_LINK);
    assert.equal(escapeMessage('[x](command:y)'), '[x] (command:y)');
  });
});

describe('escapeIcons', () => {
  test('leaves no icon that is not escaped', () => {
    assert.equal(escapeIcons('$(trash) a'), '\\$(trash) a');
    assert.equal(escapeIcons('cost $5 (net)'), 'cost $5 (net)');
  });
});

describe('escapeMarkdown', () => {
  test('leaves no character unescaped that Markdown reads', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), text => {
        const escaped = escapeMarkdown(text).replace(/\\./g, '');
        assert.doesNotMatch(escaped, /[`*_{}[\]()#+\-.!|~<>$&@]/);
      }),
    );
  });

  test('keeps what is shown', () => {
    assert.equal(escapeMarkdown('a_b').replaceAll('\\', ''), 'a_b');
    assert.equal(escapeMarkdown('[x](command:y)'), '\\[x\\]\\(command:y\\)');
  });
});

describe('visible', () => {
  test('shows what would turn or hide text', () => {
    assert.equal(visible('a\u202eb\u200bc\u0007'), 'a\ufffdb\ufffdc\ufffd');
    assert.equal(visible('two\r\nlines'), 'two lines');
  });

  test('cuts what is long', () => {
    assert.equal(visible('x'.repeat(500)).length, 300);
  });
});

describe('escapeHtml', () => {
  test('leaves no character that ends an element or an attribute', () => {
    assert.equal(
      escapeHtml('<a href="x">\'&amp;\n\u202e'),
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp; \ufffd',
    );
  });
});
