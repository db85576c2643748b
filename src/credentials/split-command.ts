import { UserError } from '../lib/errors.ts';
import { splitWords } from '../lib/shell-words.ts';

function unfinished(what: string): UserError {
  return new UserError(`The command has ${what}.`, { hint: 'Correct the quoting.' });
}

/** As the C runtime of Windows splits a command line; botocore has the same rules. */
function splitWindows(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  let backslashes = 0;
  for (const char of command) {
    if (char === '\\') {
      backslashes++;
      continue;
    }
    if (char === '"') {
      // Before a quote two backslashes are one, and an odd one makes the quote a plain character.
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) {
        word += char;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (char === ' ' || char === '\t')) {
      word = backslashes > 0 ? (word ?? '') + '\\'.repeat(backslashes) : word;
      if (word !== undefined) {
        words.push(word);
      }
      word = undefined;
    } else {
      word = (word ?? '') + '\\'.repeat(backslashes) + char;
    }
    backslashes = 0;
  }
  if (quoted) {
    throw unfinished('a quote that is not closed');
  }
  word = backslashes > 0 ? (word ?? '') + '\\'.repeat(backslashes) : word;
  return word === undefined ? words : [...words, word];
}

/**
 * A command of the config file as arguments, the way AWS CLI splits `credential_process`.
 * @throws UserError when a quote is not closed.
 */
export function splitCommand(command: string, platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') {
    return splitWindows(command);
  }
  const split = splitWords(command);
  if (split.unfinished !== undefined) {
    throw unfinished(split.unfinished);
  }
  return split.words;
}
