import { type Case, testCases } from './cases.ts';

/** A value that is wrong for sure, and what it should be. */
function wrong(line: string, pattern: RegExp, fixed?: string): Case {
  return {
    name: `a wrong value: ${line}`,
    config: `[profile a]\n${line}\n`,
    finds: [pattern],
    ...(fixed === undefined ? {} : { fixed: `[profile a]\n${fixed}\n` }),
  };
}

function right(...lines: readonly string[]): Case {
  return {
    name: `right values: ${lines.join(', ')}`,
    config: `[profile a]\n${lines.join('\n')}\n`,
    finds: [],
  };
}

testCases([
  {
    name: 'keys that are a letter or two away from a known one',
    config:
      '[profile a]\nregoin = eu-west-1\nsso_acount_id = 1\naws_secret_acess_key = hunter2\n[sso-session s]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\nsso_registration_scope = x\n',
    finds: [
      /^config 2:1-2:7 info unknownKey \[a\]: No AWS tool knows the key regoin\. Did you mean region\?$/,
      /^config 3:1-3:14 info unknownKey \[a\]: .*sso_account_id/,
      /^config 4:1-4:21 info unknownKey \[a\]: .*aws_secret_access_key/,
      /^config 8:1-8:23 info unknownKey \[s\]: .*sso_registration_scopes/,
    ],
    fixed:
      '[profile a]\nregion = eu-west-1\nsso_acount_id = 1\naws_secret_acess_key = hunter2\n[sso-session s]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\nsso_registration_scope = x\n',
  },
  {
    name: 'nested keys, and those of services',
    config:
      '[profile a]\ns3 =\n  addresing_style = path\n[services x]\ns3 =\n  endpoint_ur = http://localhost:1\n',
    finds: [
      /^config 3:3-3:18 info unknownKey \[a\]: .*s3\.addressing_style/,
      /^config 6:3-6:14 info unknownKey: .*s3\.endpoint_url/,
    ],
    fixed:
      '[profile a]\ns3 =\n  addressing_style = path\n[services x]\ns3 =\n  endpoint_ur = http://localhost:1\n',
  },
  {
    name: 'no fix where the key is there already',
    config: '[profile a]\nregon = eu-west-1\nregion = eu-west-1\n',
    finds: [/^config 2:.*unknownKey/],
  },
  right(
    'granted_sso_start_url = https://x.example/start',
    'granted_sso_region = eu-west-1',
    'common_fate_generated_from = aws-sso',
    'sso_auto_populated = true',
    'sso_interactive_auth = true',
    'include_profile = b',
    'parent_profile = b',
    'mfa_process = x',
    'source_identity = me',
    'session_tags = a=b',
    'transitive_session_tags = a',
    'x_principal_arn = a',
    'x_security_token_expires = 2026',
    'aws_saml_url = home/x',
    'okta_profile = x',
    'azure_tenant_id = x',
    'google_config.ask_role = true',
    'aws_mfa_device = x',
    'assumed_role = True',
    'color = ff0000',
    'role_name = Admin',
    'toolkit_artifact_guid = x',
    'a = 1',
    'region_name = x',
    'foo_region = x',
    'my_tool = y',
  ),
  wrong(
    'region = Ireland',
    /^config 2:10-2:17 warning value \[a\]: This cannot be right for region/,
    'region = eu-west-1',
  ),
  wrong('region = EU-West-1', /warning value/, 'region = eu-west-1'),
  wrong('region = eu_west_1', /warning value/, 'region = eu-west-1'),
  wrong('region = us-east-1a', /warning value/, 'region = us-east-1'),
  wrong('region = eu-wset-1', /warning value/, 'region = eu-west-1'),
  wrong('region = eu-west', /warning value/, 'region = eu-west-1'),
  wrong(
    'region = "eu-west-1"',
    /warning value \[a\]: AWS CLI and most SDKs take the quotes for a part of region/,
    'region = eu-west-1',
  ),
  right('region = xx-west-9'),
  right('region = us-gov-west-3'),
  right('region = auto'),
  right('region = Local_1', 'endpoint_url = http://localhost:4566'),
  wrong(
    'use_fips_endpoint = True',
    /^config 2:21-2:25 warning value \[a\]: Write “true” or “false” for use_fips_endpoint, in lower case\. The JavaScript SDK fails/,
    'use_fips_endpoint = true',
  ),
  wrong('use_fips_endpoint = yes', /AWS CLI and boto3 read this as “false”/, 'use_fips_endpoint = true'),
  wrong(
    'parameter_validation = 0',
    /AWS CLI and boto3 read this as “false”\.$/,
    'parameter_validation = false',
  ),
  right('parameter_validation = False', 'use_dualstack_endpoint = false'),
  wrong(
    'output = JSON',
    /warning value \[a\]: This cannot be right for output\. Choose one of/,
    'output = json',
  ),
  wrong('output = xml', /warning value/),
  wrong(
    'credential_source = environment\nrole_arn = arn:aws:iam::123456789012:role/A',
    /^config 2:21-2:32 error value/,
    'credential_source = Environment\nrole_arn = arn:aws:iam::123456789012:role/A',
  ),
  wrong('retry_mode = standart', /warning value/, 'retry_mode = standard'),
  right('retry_mode = Standard', 'ec2_metadata_service_endpoint_mode = ipv6'),
  wrong('max_attempts = 0', /Write a whole number of at least 1/),
  wrong('max_attempts = three', /Write a whole number/),
  wrong(
    'aws_account_id = 1234-5678-9012',
    /An account id has twelve digits/,
    'aws_account_id = 123456789012',
  ),
  wrong('aws_account_id = 12345', /An account id has twelve digits/),
  wrong('endpoint_url = localhost:4566', /An address starts with/, 'endpoint_url = http://localhost:4566'),
  wrong(
    'endpoint_url = minio.example.com',
    /An address starts with/,
    'endpoint_url = https://minio.example.com',
  ),
  wrong(
    's3 =\n  addressing_style = Path',
    /^config 3:22-3:26 warning value \[a\]: .*s3\.addressing_style/,
    's3 =\n  addressing_style = path',
  ),
  wrong('s3 =\n  multipart_threshold = big', /a number of bytes/),
  wrong('s3 =\n  max_bandwidth = fast', /a rate like/),
  right('s3 =\n  multipart_threshold = 64MB\n  max_bandwidth = 50MB/s\n  max_concurrent_requests = 20'),
  wrong(`sdk_ua_app_id = ${'x'.repeat(51)}`, /info value .*At most 50 characters/),
  {
    name: 'a role’s duration',
    config:
      '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/A\ncredential_source = Environment\nduration_seconds = 1h\n',
    finds: [
      /^config 4:20-4:22 warning value \[a\]: This cannot be right for duration_seconds\. Write a whole number from 900 to 43200/,
    ],
  },
  {
    name: 'a role’s ARN, but not for another service that speaks as AWS does',
    config:
      '[profile a]\nrole_arn = arn:aws:iam::123:role/A\ncredential_source = Environment\n[profile b]\nrole_arn = arn:xxx:xxx:xxx:xxxx\ncredential_source = Environment\nendpoint_url = http://localhost:9000\n',
    finds: [/^config 2:12-2:35 warning value \[a\]: .*A role’s ARN looks like/],
  },
  {
    name: 'a quoted secret is not shown',
    credentials: '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = "hunter2"\n',
    finds: [
      /^credentials 3:25-3:34 warning value \[a\]: AWS CLI and most SDKs take the quotes for a part of aws_secret_access_key\.$/,
    ],
    fixed: '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hunter2\n',
  },
]);
