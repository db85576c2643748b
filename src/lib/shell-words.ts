/** The words of a text, or what it lacks. */
export type Words = { readonly words: readonly string[]; readonly unfinished?: string };

/** The words of a text by the rules of a POSIX shell, as Python's `shlex.split` has them, which botocore uses. */
export function splitWords(text: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote === "'") {
      quote = char === "'" ? '' : quote;
      word = (word ?? '') + (char === "'" ? '' : char);
    } else if (char === '\\') {
      const next = text[i + 1];
      if (next === undefined) {
        return { words, unfinished: 'a backslash at its end' };
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
    return { words, unfinished: 'a quote that is not closed' };
  }
  return { words: word === undefined ? words : [...words, word] };
}

/** A word that `splitWords` reads as `text`, written as AWS CLI's own writer does (Python's `shlex.quote`). */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
