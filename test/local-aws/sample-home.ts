import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IamUser } from './data.ts';
import { sampleUsers } from './sample-data.ts';

export type SampleHome = {
  readonly configFile: string;
  readonly credentialsFile: string;
  /** The variables under which AWS's tools see this home and the server at the given URL. */
  readonly env: Readonly<Record<string, string>>;
};

function configText(process: string): string {
  return `# AWS profiles of Dana, Acme platform team.
# The wiki has the list of accounts: https://wiki.acme.example/aws

[default]
region = eu-west-1
output = json
cli_pager =

[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[sso-session partner]
sso_start_url = https://partner.awsapps.com/start/#/
sso_region = us-east-1
sso_registration_scopes = sso:account:access

# ---- Acme, through SSO ----

[profile dev]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
region = eu-west-1
output = json

[profile platform]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-west-1

# Read only! Changes go through the pipeline.
[profile acme-prod]
sso_session = acme
sso_account_id = 444455556666
sso_role_name = ReadOnly
region = eu-west-1

# ---- Partner ----

[profile partner-data]
sso_session=partner
sso_account_id=555555555555
sso_role_name=Analyst
region=us-east-1

# ---- Old portal, goes away when the move is done ----

[profile archive]
sso_start_url = https://old-acme.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 222222222222
sso_role_name = ReadOnly
region = eu-central-1

# ---- Roles ----

[profile deploy]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = dev
role_session_name = dana
region = eu-west-1

[profile release]
role_arn = arn:aws:iam::444455556666:role/Release
source_profile = deploy
external_id = acme-release
region = eu-west-1

[profile pipeline]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = legacy
duration_seconds = 7200
region = eu-west-1

# Asks for the code of the phone.
[profile operations]
role_arn = arn:aws:iam::444455556666:role/Operations
source_profile = default
mfa_serial = arn:aws:iam::111122223333:mfa/dana
region = eu-west-1

# ---- Others ----

[profile legacy]
region = eu-central-1
s3 =
  addressing_style = path
  max_concurrent_requests = 20

[profile tools]
credential_process = ${process} --account tools
region = eu-west-1

[profile experiments]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Developer
regoin = eu-north-1
`;
}

function keysText(user: IamUser): string {
  return `aws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}`;
}

function credentialsText(): string {
  const { dana, ci } = sampleUsers();
  return `[default]
${keysText(dana)}

# The build machine's key. To be replaced by a role.
[legacy]
${keysText(ci)}

# Was rotated in spring; kept until nobody asks for it.
[rotated]
aws_access_key_id = AKIAROTATED23EXAMPLE
aws_secret_access_key = local/rotated+secret/AccessKey123EXAMPLE
`;
}

function processOutput(): string {
  const { accessKeyId, secretAccessKey } = sampleUsers().tools;
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
  });
}

/** A program for `credential_process`: prints the keys that lie beside it. Returns its path as the config has it. */
async function writeProcess(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true, mode: 0o700 });
  await writeFile(join(bin, 'vault-credentials.json'), `${processOutput()}\n`, { mode: 0o600 });
  const windows = process.platform === 'win32';
  const file = join(bin, windows ? 'vault-credentials.cmd' : 'vault-credentials');
  const script = windows
    ? '@type "%~dp0vault-credentials.json"\r\n'
    : '#!/bin/sh\ncat "$(dirname "$0")/vault-credentials.json"\n';
  await writeFile(file, script);
  await chmod(file, 0o700);
  const path = file.replaceAll('\\', '/');
  return path.includes(' ') ? `"${path}"` : path;
}

/**
 * Writes a believable `.aws` into the home folder `folder`, to go with `sampleData()`: two SSO sessions, a legacy
 * SSO profile, static keys, a chain of roles, a role with MFA, a process, a misspelt key, a production profile.
 * The files name no endpoint: `env` sends the tools to the server at `url`.
 */
export async function writeSampleHome(folder: string, url: string): Promise<SampleHome> {
  const aws = join(folder, '.aws');
  const configFile = join(aws, 'config');
  const credentialsFile = join(aws, 'credentials');
  await mkdir(aws, { recursive: true, mode: 0o700 });
  await writeFile(configFile, configText(await writeProcess(folder)), { mode: 0o600 });
  await writeFile(credentialsFile, credentialsText(), { mode: 0o600 });
  return {
    configFile,
    credentialsFile,
    env: {
      HOME: folder,
      USERPROFILE: folder,
      AWS_ENDPOINT_URL: url,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
}
