/** A config file of `count` profiles as a large company has them: SSO, roles upon them, and some with keys of S3. */
export function configWith(count: number): string {
  const parts = [
    `[sso-session company]
sso_start_url = https://company.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`,
  ];
  for (let index = 0; index < count; index++) {
    const account = String(100_000_000_000 + index * 7919);
    const name = `team-${index % 40}-${['dev', 'test', 'prod'][index % 3]}-${index}`;
    if (index % 5 === 4) {
      parts.push(`[profile ${name}]
role_arn = arn:aws:iam::${account}:role/Deploy
source_profile = team-${(index - 1) % 40}-${['dev', 'test', 'prod'][(index - 1) % 3]}-${index - 1}
region = eu-central-1
`);
    } else {
      const nested =
        index % 10 === 0 ? 's3 =\n  addressing_style = path\n  max_concurrent_requests = 20\n' : '';
      parts.push(`# Account ${index} of the company.
[profile ${name}]
sso_session = company
sso_account_id = ${account}
sso_role_name = ${index % 2 === 0 ? 'Developer' : 'ReadOnly'}
region = eu-west-1
output = json
${nested}`);
    }
  }
  return parts.join('\n');
}
