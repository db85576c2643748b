import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';

/**
 * Opens a link in the user's browser, character for character as it was given. VS Code may ask for the domain
 * first; a refusal there is the user's answer and no error.
 *
 * `Uri.parse` and back changes `%2B`, `%26` and `#/`, which breaks sign-in links. `openExternal` hands a plain
 * text on as it is, though its type asks for a `Uri`; `asExternalUri` would change the link too.
 *
 * The caller has checked that the link may be opened (https, or http on loopback).
 */
export async function openExternal(link: string): Promise<void> {
  if (!/^https?:\/\//i.test(link)) {
    throw new UserError('That link is not a web address, so it was not opened.', {
      hint: 'Check the endpoint that named it.',
    });
  }
  await vscode.env.openExternal(link as unknown as vscode.Uri);
}
