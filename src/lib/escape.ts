/*
 * Text of files, processes and servers is data. These functions make it safe for the place where it is shown.
 * VS Code reads `[x](command:y)` as a link even in a notification, `$(x)` as an icon in the status bar and in
 * quick picks, and HTML and links in Markdown.
 */

/** C0 and C1 controls, and the marks that turn or hide text (bidirectional controls, zero-width, line separators). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Most texts: nothing to look for. */
const PLAIN = /^[\x20-\x7e\u00b7\u2026\u2192]*$/;

const MAX_SHOWN = 300;

/** The text on one line with every invisible or text-turning character shown as `\ufffd`, cut at 300 characters. */
export function visible(text: string, max: number = MAX_SHOWN): string {
  // Cut first: a text of many megabytes is more than a regular expression can take.
  const piece = text.length > 2 * max ? text.slice(0, 2 * max) : text;
  const line = PLAIN.test(piece) ? piece : piece.replace(/[\t\r\n]+/g, ' ').replace(UNSEEN, '\ufffd');
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** For notifications, progress texts and modal dialogs: nothing in it becomes a link. */
export function escapeMessage(text: string): string {
  // VS Code looks for `[label](target)`; a label that no bracket follows directly is plain text.
  return visible(text, 1000).replaceAll('](', '] (');
}

/** For status bar texts and quick pick items: `$(name)` stays text. */
export function escapeIcons(text: string): string {
  return visible(text).replace(/\$\(/g, '\\$(');
}

/** For Markdown strings: no link, image, HTML, icon or formatting comes of it. */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~<>$&]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/@/g, '\\@');
}

/** For HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return visible(text).replace(/[&<>"']/g, character => `&${names[character]};`);
}
