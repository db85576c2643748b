/** A `command:` link whose argument says that a click, not a program, called. */
export function commandLink(
  command: string,
  about: { readonly profile?: string; readonly session?: string } = {},
): string {
  const args = encodeURIComponent(JSON.stringify([{ from: 'link', ...about }]));
  // A parenthesis would end the link in Markdown and in notifications; encodeURIComponent leaves it.
  return `command:rolecall.${command}?${args.replace(/[()]/g, c => `%${c.charCodeAt(0).toString(16)}`)}`;
}
