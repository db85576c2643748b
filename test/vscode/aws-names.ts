import { join } from 'node:path';
import { projectFolder } from './project.ts';

/**
 * An extension beside Rolecall that leads AWS's host names to this machine, so that what is played there looks like
 * AWS itself: the status bar then shows what it shows on a day with AWS. The server needs the setting `awsNames`.
 */
export const awsNamesExtension = join(projectFolder, 'test', 'vscode', 'aws-names');

/** The variables for it; sign-in stays on loopback, where its page can be opened. */
export function awsNamesVariables(url: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL_STS: `http://sts.eu-west-1.amazonaws.com:${new URL(url).port}` };
}
