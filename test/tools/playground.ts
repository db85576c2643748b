import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SampleHome, writeSampleHome } from '../local-aws/sample-home.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';
import type { Settings } from '../local-aws/settings.ts';
import { createSandbox, type Sandbox } from '../vscode/environment.ts';

/** A sample `~/.aws` in a home of its own, and AWS played on loopback: nothing of the user's is touched. */
export type Playground = {
  readonly sandbox: Sandbox;
  readonly aws: LocalAws;
  readonly env: SampleHome['env'];
  close(): Promise<void>;
};

export async function createPlayground(settings: Partial<Settings> = {}): Promise<Playground> {
  const sandbox = await createSandbox();
  const aws = await startLocalAws({ settings });
  const { env } = await writeSampleHome(sandbox.home, aws.url);
  await writeFile(join(sandbox.workspace, 'README.md'), WELCOME);
  return {
    sandbox,
    aws,
    env,
    close: async () => {
      await aws.close();
      await sandbox.remove();
    },
  };
}

const WELCOME = `# Playground

Sample profiles in a temporary home, and an AWS that runs on this machine only.
Nothing here reaches your own files or a real account.

1. Open "AWS Profiles" in the activity bar, and use the profile \`dev\`.
2. Log in to \`acme\` and confirm the code on the page that opens.
3. Look at the status bar: that is who you are now.
4. Open a terminal: \`echo $AWS_PROFILE\`.
`;
