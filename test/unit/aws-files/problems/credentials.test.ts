import { testCases } from './cases.ts';

const ROLE = 'role_arn = arn:aws:iam::123456789012:role/A\n';
const KEYS = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hunter2\n';
const SSO = 'sso_account_id = 123456789012\nsso_role_name = Admin\n';
const SESSION =
  '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';

testCases([
  {
    name: 'profiles in order, of every sort',
    config: `${SESSION}[profile sso]\nsso_session = acme\n${SSO}[profile token]\nsso_session = acme\n[profile same]\nsso_session = acme\nsso_region = eu-west-1\n${SSO}[profile role]\n${ROLE}source_profile = sso\n[profile self]\n${ROLE}source_profile = self\n${KEYS}[profile env]\n${ROLE}credential_source = Environment\n[profile web]\n${ROLE}web_identity_token_file = /x\n[profile tool]\ncredential_process = /opt/tool\n[profile login]\nlogin_session = arn:aws:iam::123456789012:user/me\n[profile vault]\n${ROLE}include_profile = base\n[profile okta]\n${ROLE}aws_saml_url = home/x\n[profile util]\nsso_session = acme\n${SSO}credential_process = aws-sso-util credential-process --profile util\n[profile both]\nregion = eu-west-1\n`,
    credentials: `[both]\n${KEYS}region = eu-west-1\n[tmp]\naws_access_key_id = ASIAEXAMPLEEXAMPLE12\naws_secret_access_key = x\naws_session_token = y\n`,
    finds: [],
  },
  {
    name: 'names of what does not exist, with the nearest one',
    config: `${SESSION}[services localstack]\n[profile dev]\nsso_session = acmee\n${SSO}[profile role]\n${ROLE}source_profile = Dev\nservices = local\n`,
    finds: [
      /^config 6:15-6:20 error reference \[dev\]: sso_session names a session that does not exist: acmee\. Did you mean acme\?$/,
      /^config 11:18-11:21 error reference \[role\]: source_profile names a profile that does not exist: Dev\. Did you mean dev\?$/,
      /^config 12:12-12:17 error reference \[role\]: services names a section that does not exist: local\.$/,
    ],
    fixed: `${SESSION}[services localstack]\n[profile dev]\nsso_session = acme\n${SSO}[profile role]\n${ROLE}source_profile = Dev\nservices = local\n`,
  },
  {
    name: 'a source that nobody asks for is a warning',
    config: '[profile a]\nsource_profile = nobody\n',
    finds: [
      /^config 2:18-2:24 warning reference \[a\]: source_profile names a profile that does not exist: nobody\.$/,
    ],
  },
  {
    name: 'roles in a circle',
    config: `[profile a]\n${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = a\n[profile c]\n${ROLE}source_profile = c\n[profile d]\n${ROLE}source_profile = a\n`,
    finds: [
      /^config 3:18-3:19 error reference \[a\]: source_profile goes in a circle: a → b → a\.$/,
      /^config 6:18-6:19 error reference \[b\]: source_profile goes in a circle: b → a → b\.$/,
      /^config 9:18-9:19 error reference \[c\]: source_profile goes in a circle: c → c\.$/,
    ],
  },
  {
    name: 'a circle ends at keys',
    config: `[profile a]\n${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = a\n${KEYS}`,
    finds: [],
  },
  {
    name: 'a role with two sources, with none, and a token without a role',
    config: `[profile a]\n${ROLE}source_profile = d\ncredential_source = Environment\n[profile b]\n${ROLE}[profile c]\nweb_identity_token_file = /x\n[profile d]\n${KEYS}`,
    finds: [
      /^config 4:21-4:32 error conflict \[a\]: Both source_profile and credential_source are set/,
      /^config 6:12-6:44 error incomplete \[b\]: role_arn needs source_profile/,
      /^config 8:27-8:29 error incomplete \[c\]: role_arn is missing/,
    ],
  },
  {
    name: 'halves of an access key, and tokens without one',
    credentials:
      '[a]\naws_access_key_id = AKIDEXAMPLE\n[b]\naws_secret_access_key = x\n[c]\naws_session_token = y\n[d]\naws_access_key_id = ASIAEXAMPLEEXAMPLE12\naws_secret_access_key = x\n',
    finds: [
      /^credentials 2:21-2:32 error incomplete \[a\]: aws_secret_access_key is missing\.$/,
      /^credentials 4:25-4:26 error incomplete \[b\]: aws_access_key_id is missing\.$/,
      /^credentials 6:21-6:22 warning incomplete \[c\]: aws_session_token has no effect/,
      /^credentials 8:21-8:41 warning incomplete \[d\]: .*temporary access key/,
    ],
  },
  {
    name: 'an access key in two files',
    config: '[profile a]\naws_access_key_id = AKIDEXAMPLE\n',
    credentials: '[a]\naws_secret_access_key = hunter2\n',
    finds: [
      /^credentials 2:25-2:32 error conflict \[a\]: aws_access_key_id stands in the config file and aws_secret_access_key in the credentials file: the SDKs join the two, AWS CLI and boto3 do not\.$/,
    ],
    fixed: '[a]\naws_secret_access_key = hunter2\naws_access_key_id = AKIDEXAMPLE\n',
  },
  {
    name: 'two tokens',
    credentials: `[a]\n${KEYS}aws_session_token = x\naws_security_token = y\n[b]\n${KEYS}aws_session_token = x\naws_security_token = x\n`,
    finds: [/^credentials 5:22-5:23 warning conflict \[a\]: AWS CLI and boto3 use aws_security_token/],
  },
  {
    name: 'a session without what a login needs',
    config:
      '[sso-session a]\nsso_region = eu-west-1\n[sso-session b]\nsso_start_url = https://x.example/start\n',
    finds: [
      /^config 1:1-1:16 error incomplete \[a\]: sso_start_url is missing: a login needs it\.$/,
      /^config 3:1-3:16 error incomplete \[b\]: sso_region is missing/,
    ],
  },
  {
    name: 'SSO settings that are not whole',
    config: `${SESSION}[profile a]\nsso_session = acme\nsso_account_id = 123456789012\n[profile b]\nsso_session = acme\nsso_role_name = A\n[profile c]\n${SSO}[profile d]\nsso_start_url = https://x.example/start\n${SSO}[profile e]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\n`,
    finds: [
      /^config 6:18-6:30 error incomplete \[a\]: sso_role_name is missing\.$/,
      /^config 9:17-9:18 error incomplete \[b\]: sso_account_id is missing\.$/,
      /^config 11:18-11:30 error incomplete \[c\]: sso_session or sso_start_url is missing\.$/,
      /^config 14:17-14:40 error incomplete \[d\]: sso_region is missing/,
      /^config 14:17-14:40 info legacySso/,
      /^config 18:17-18:40 warning incomplete \[e\]: sso_account_id and sso_role_name are missing/,
    ],
  },
  {
    name: 'a setting that is another one in the session',
    config: `${SESSION}[profile a]\nsso_session = acme\nsso_region = us-east-1\n${SSO}`,
    finds: [
      /^config 6:14-6:23 error conflict \[a\]: sso_region is another one in the session acme, line 3: AWS CLI and boto3 refuse the profile/,
    ],
    fixed: `${SESSION}[profile a]\nsso_session = acme\n${SSO}`,
  },
  {
    name: 'several sources of credentials in one profile',
    config: `${SESSION}[profile a]\nsso_session = acme\n${SSO}${KEYS}[profile b]\ncredential_process = /opt/tool\n${KEYS}[profile c]\nlogin_session = arn:aws:iam::123456789012:user/me\n${KEYS}[profile d]\nsso_session = acme\n${SSO}credential_process = /opt/tool\n[profile e]\ncredential_process = /opt/tool\n[profile f]\ncredential_process = /opt/tool\nlogin_session = arn:aws:iam::123456789012:user/me\n`,
    credentials: `[e]\n${KEYS}`,
    finds: [
      /^config 8:21-8:32 warning conflict \[a\]: AWS CLI and boto3 use the SSO settings of this profile, the JavaScript SDK this access key\.$/,
      /^config 12:21-12:32 warning conflict \[b\]: AWS CLI and boto3 use credential_process, the JavaScript SDK this access key\.$/,
      /^config 16:21-16:32 warning conflict \[c\]: AWS CLI and boto3 use the session of “aws login”/,
      /^config 22:22-22:31 info conflict \[d\]: AWS CLI and boto3 use the SSO settings/,
      /^config 24:22-24:31 info conflict \[e\]: The access key comes first, so credential_process is not used\.$/,
      /^config 26:22-26:31 info conflict \[f\]: AWS CLI and boto3 use the session of “aws login”/,
    ],
  },
  {
    name: 'lines that the other file hides, where they say something else',
    config: `[profile a]\n${KEYS}region = eu-west-1\noutput = json\ns3 =\n  addressing_style = path\n`,
    credentials:
      '[a]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = other\nregion = eu-west-2\noutput = json\ns3 =\n  addressing_style = path\n',
    finds: [
      /^config 2:1-2:32 warning shadowed \[a\]: The credentials file sets aws_access_key_id and aws_secret_access_key too, in line 2: that one counts, and this one is hidden\.$/,
      /^config 4:1-4:19 warning shadowed \[a\]: The credentials file sets region too, in line 4/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\noutput = json\ns3 =\n  addressing_style = path\n',
  },
  {
    name: 'SSO in the old form, once for each start URL',
    config: `[profile a]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\n${SSO}[profile b]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\n${SSO}[profile c]\nsso_start_url = https://y.example/start\nsso_region = eu-west-1\n${SSO}`,
    finds: [
      /^config 2:17-2:40 info legacySso \[a\]: 2 profiles sign in with SSO in the old form, whose login cannot be refreshed/,
      /^config 12:17-12:40 info legacySso \[c\]: This profile signs in with SSO in the old form/,
    ],
    fixed: `[profile a]\nsso_session = x\n${SSO}[profile b]\nsso_session = x\n${SSO}[profile c]\nsso_start_url = https://y.example/start\nsso_region = eu-west-1\n${SSO}[sso-session x]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`,
  },
  {
    name: 'SSO in the old form where there is a session already',
    config: `${SESSION}[profile a]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n${SSO}`,
    finds: [/^config 5:17-5:47 info legacySso \[a\]/],
    fixed: `${SESSION}[profile a]\nsso_session = acme\n${SSO}`,
  },
]);
