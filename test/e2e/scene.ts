import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';
import type { Settings } from '../local-aws/settings.ts';
import { awsNamesExtension, awsNamesVariables } from '../vscode/aws-names.ts';
import { createSandbox, type Sandbox } from '../vscode/environment.ts';
import { type LaunchOptions, launch, type VsCode } from '../vscode/launch.ts';
import type { TreeView } from '../vscode/tree-view.ts';
import type { Workbench } from '../vscode/workbench.ts';

export type SceneOptions = Pick<LaunchOptions, 'settings' | 'trusted' | 'theme' | 'size'> & {
  /** Variables that the window inherits, on top of those of the home. */
  readonly env?: Readonly<Record<string, string>>;
  /** AWS's own host names lead to the played AWS. */
  readonly awsNames?: true;
  /** How the played AWS differs. */
  readonly aws?: Partial<Settings>;
  /** Writes what is to be in the home folder; the sample when not given. */
  readonly write?: (sandbox: Sandbox) => Promise<void>;
};

/** A VS Code with the packaged extension, a home folder and an AWS to go with it. */
export type Scene = {
  readonly code: VsCode;
  readonly workbench: Workbench;
  readonly page: Page;
  readonly aws: LocalAws;
  readonly home: string;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly profiles: TreeView;
  readonly sessions: TreeView;
  config(): Promise<string>;
  credentials(): Promise<string>;
  /** Waits for the text of the status bar item. */
  status(text: string | RegExp): Promise<string>;
  close(): Promise<void>;
};

export const STATUS = 'rolecall.rolecall.rolecall.identity';

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const isNamed = options.awsNames === true;
  const aws = await startLocalAws({ settings: { awsNames: isNamed, ...options.aws } });
  const sandbox = await createSandbox();
  const { home } = sandbox;
  const { write, env, aws: _settings, awsNames: _names, ...rest } = options;
  await (write === undefined ? writeSampleHome(home, aws.url) : write(sandbox));
  const configFile = join(home, '.aws', 'config');
  const credentialsFile = join(home, '.aws', 'credentials');
  const code = await launch({
    ...rest,
    sandbox,
    // A hover that comes while the mouse rests would cover the next row to be clicked.
    settings: { 'workbench.hover.delay': 600_000, ...options.settings },
    ...(isNamed ? { extensions: [awsNamesExtension] } : {}),
    env: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(isNamed ? awsNamesVariables(aws.url) : {}),
      ...env,
    },
  }).catch(async (error: unknown) => {
    await aws.close();
    throw error;
  });
  const { workbench } = code;
  await workbench.openContainer('AWS Profiles');
  return {
    code,
    workbench,
    page: code.page,
    aws,
    home,
    configFile,
    credentialsFile,
    profiles: workbench.view('Profiles'),
    sessions: workbench.view('SSO Sessions'),
    config: () => readFile(configFile, 'utf8'),
    credentials: () => readFile(credentialsFile, 'utf8'),
    status: text => workbench.waitForStatus(STATUS, text),
    close: async () => {
      await code.close();
      await aws.close();
    },
  };
}
