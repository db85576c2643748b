import { UserError } from '../lib/errors.ts';

function unfinished(what: string): UserError {
  return new UserError(`The command has ${what}.`, { hint: 'Correct the quoting.' });
}

/** As Python's `shlex.split` does, which botocore uses everywhere but on Windows. */
function splitPosix(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < command.length; i++) {
    const char = command.charAt(i);
    if (quote === "'") {
      quote = char === "'" ? '' : quote;
      word = (word ?? '') + (char === "'" ? '' : char);
    } else if (char === '\\') {
      const next = command[i + 1];
      if (next === undefined) {
        throw unfinished('a backslash at its end');
      }
      // Between double quotes a backslash is one, unless a quote or another backslash follows.
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? char : '') + next;
      i++;
    } else if (char === '"' || (char === "'" && quote === '')) {
      quote = quote === '' ? char : '';
      word ??= '';
    } else if (quote === '' && ' \t\r\n'.includes(char)) {
      if (word !== undefined) {
        words.push(word);
      }
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== '') {
    throw unfinished('a quote that is not closed');
  }
  return word === undefined ? words : [...words, word];
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
  return platform === 'win32' ? splitWindows(command) : splitPosix(command);
}
