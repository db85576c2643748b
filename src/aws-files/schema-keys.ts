export type ValueType =
  | 'string'
  | 'accountId'
  | 'arn'
  | 'profile'
  | 'session'
  | 'services'
  | 'enum'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'path'
  | 'command'
  | 'region'
  | 'url'
  | 'list'
  | 'size'
  | 'rate'
  | 'block';

export type KeySection = 'profile' | 'sso-session' | 'services' | 'plugins';

/** A key that AWS's tools document. */
export type KeySchema = {
  /** `region`, `s3.addressing_style`; `*` stands for any one word: `*.endpoint_url`. */
  readonly key: string;
  readonly sections: readonly KeySection[];
  readonly type: ValueType;
  readonly allowed?: readonly string[];
  /** Bounds of a number; of a text, of its length. */
  readonly range?: { readonly min?: number; readonly max?: number };
  readonly secret?: true;
  readonly deprecated?: true;
  /** One line of help. */
  readonly help: string;
  /** The tools that read it. */
  readonly readBy: string;
};

type Extra = Omit<KeySchema, 'key' | 'type' | 'help' | 'readBy' | 'sections'> & {
  readonly sections?: readonly KeySection[];
};

type Row = readonly [key: string, type: ValueType, readBy: string, help: string, extra?: Extra];

const ALL = 'AWS CLI and SDKs';
const CLI = 'AWS CLI';
const BOTO = 'AWS CLI and boto3';

/** Builds the table of the keys that AWS documents, in the order in which a list should offer them. */
export function makeKeySchemas(): readonly KeySchema[] {
  return [
    ...GENERAL,
    ...STATIC,
    ...ROLE,
    ...SSO,
    ...ENDPOINTS,
    ...NETWORK,
    ...REQUESTS,
    ...METADATA,
    ...S3,
    ...CLI_KEYS,
    ...MONITORING,
  ].map(([key, type, readBy, help, extra]) => ({
    key,
    type,
    readBy,
    help,
    ...extra,
    sections: extra?.sections ?? ['profile'],
  }));
}

const GENERAL: readonly Row[] = [
  ['region', 'region', ALL, 'The AWS region that requests go to.'],
  [
    'output',
    'enum',
    CLI,
    'How AWS CLI prints its answers.',
    { allowed: ['json', 'text', 'table', 'yaml', 'yaml-stream', 'off'] },
  ],
  ['parameter_validation', 'boolean', BOTO, 'Whether parameters are checked before a request is sent.'],
  ['data_path', 'list', BOTO, 'Further folders with service models.'],
  ['api_versions', 'block', 'AWS CLI 1 and boto3', 'The API version to use, for each service.'],
  [
    'sdk_ua_app_id',
    'string',
    ALL,
    'A name for your application in the user agent; at most 50 characters.',
    { range: { max: 50 } },
  ],
];

const STATIC: readonly Row[] = [
  ['aws_access_key_id', 'string', ALL, 'The public part of an access key.'],
  ['aws_secret_access_key', 'string', ALL, 'The secret part of an access key.', { secret: true }],
  ['aws_session_token', 'string', ALL, 'The token that belongs to a temporary access key.', { secret: true }],
  [
    'aws_security_token',
    'string',
    BOTO,
    'The old name of aws_session_token, which it hides.',
    { secret: true, deprecated: true },
  ],
  ['aws_account_id', 'accountId', ALL, 'The account that the access key belongs to.'],
  ['aws_credential_scope', 'string', 'JavaScript SDK', 'The scope that credentials are valid for.'],
];

const ROLE: readonly Row[] = [
  [
    'role_arn',
    'arn',
    ALL,
    'The role to assume; needs source_profile, credential_source or web_identity_token_file.',
  ],
  ['source_profile', 'profile', ALL, 'The profile whose credentials assume the role.'],
  [
    'credential_source',
    'enum',
    ALL,
    'Where the credentials that assume the role come from.',
    { allowed: ['Environment', 'Ec2InstanceMetadata', 'EcsContainer'] },
  ],
  ['external_id', 'string', ALL, 'The id that the role’s owner asks third parties for.'],
  ['mfa_serial', 'string', ALL, 'The MFA device whose code is asked for when the role is assumed.'],
  ['role_session_name', 'string', ALL, 'The name of the session, as the account’s logs show it.'],
  [
    'duration_seconds',
    'integer',
    ALL,
    'How long the role’s credentials live, in seconds: 900 to 43200.',
    { range: { min: 900, max: 43200 } },
  ],
  ['web_identity_token_file', 'path', ALL, 'The file with the token that the role is assumed with.'],
  ['credential_process', 'command', ALL, 'A program that prints credentials.'],
  ['login_session', 'arn', ALL, 'The session of “aws login”.'],
];

const SESSION: readonly KeySection[] = ['profile', 'sso-session'];

const SSO: readonly Row[] = [
  ['sso_session', 'session', ALL, 'The SSO session that the profile signs in with.'],
  ['sso_account_id', 'accountId', ALL, 'The account to get credentials for.'],
  ['sso_role_name', 'string', ALL, 'The permission set to get credentials for.'],
  ['sso_start_url', 'url', ALL, 'The address of your organisation’s access portal.', { sections: SESSION }],
  [
    'sso_region',
    'region',
    ALL,
    'The region of IAM Identity Center, which need not be the one you work in.',
    { sections: SESSION },
  ],
  [
    'sso_registration_scopes',
    'list',
    CLI,
    'What a login asks to be allowed; usually sso:account:access.',
    { sections: ['sso-session'] },
  ],
];

const ENDPOINTS: readonly Row[] = [
  ['endpoint_url', 'url', ALL, 'The address that requests of every service go to instead of AWS’s own.'],
  [
    '*.endpoint_url',
    'url',
    ALL,
    'The address that requests of this service go to.',
    { sections: ['services'] },
  ],
  ['services', 'services', ALL, 'The services section with the endpoints to use.'],
  ['ignore_configured_endpoint_urls', 'boolean', ALL, 'Whether endpoint_url is ignored everywhere.'],
  ['use_fips_endpoint', 'boolean', ALL, 'Whether FIPS endpoints are used.'],
  ['use_dualstack_endpoint', 'boolean', ALL, 'Whether endpoints that speak IPv6 too are used.'],
  [
    'sts_regional_endpoints',
    'enum',
    'boto3',
    'Whether STS is asked in the region or in us-east-1.',
    { allowed: ['legacy', 'regional'] },
  ],
  [
    'endpoint_discovery_enabled',
    'enum',
    ALL,
    'Whether endpoints are asked for first.',
    { allowed: ['true', 'false', 'auto'] },
  ],
  [
    'account_id_endpoint_mode',
    'enum',
    ALL,
    'Whether endpoints hold the account’s id.',
    { allowed: ['preferred', 'disabled', 'required'] },
  ],
  [
    'disable_host_prefix_injection',
    'boolean',
    BOTO,
    'Whether the prefixes that some operations put before the host are left out.',
  ],
];

const NETWORK: readonly Row[] = [
  ['ca_bundle', 'path', BOTO, 'A file of certificate authorities to trust.'],
  ['tcp_keepalive', 'boolean', BOTO, 'Whether idle connections are kept alive.'],
  ['proxy_ca_bundle', 'path', BOTO, 'A file of certificate authorities to trust for the proxy.'],
  ['proxy_client_cert', 'path', BOTO, 'The certificate that is shown to the proxy.'],
  [
    'proxy_use_forwarding_for_https',
    'boolean',
    BOTO,
    'Whether HTTPS requests are handed to the proxy instead of tunnelled.',
  ],
];

const REQUESTS: readonly Row[] = [
  [
    'retry_mode',
    'enum',
    ALL,
    'How failed requests are tried again.',
    { allowed: ['legacy', 'standard', 'adaptive'] },
  ],
  ['max_attempts', 'integer', ALL, 'How often a request is tried at most.', { range: { min: 1 } }],
  [
    'defaults_mode',
    'enum',
    'boto3 and JavaScript SDK',
    'A set of defaults for time-outs and retries.',
    { allowed: ['legacy', 'standard', 'in-region', 'cross-region', 'mobile', 'auto'] },
  ],
  ['sigv4a_signing_region_set', 'list', ALL, 'The regions that a multi-region signature is good for.'],
  ['auth_scheme_preference', 'list', ALL, 'The ways to sign requests, the preferred one first.'],
  [
    'disable_clock_skew_correction',
    'boolean',
    'JavaScript SDK',
    'Whether a wrong clock is left uncorrected.',
  ],
  [
    'request_min_compression_size_bytes',
    'integer',
    ALL,
    'The size from which requests are compressed.',
    { range: { min: 0, max: 10485760 } },
  ],
  ['disable_request_compression', 'boolean', ALL, 'Whether requests are never compressed.'],
  [
    'request_checksum_calculation',
    'enum',
    ALL,
    'When requests get a checksum.',
    { allowed: ['when_supported', 'when_required'] },
  ],
  [
    'response_checksum_validation',
    'enum',
    ALL,
    'When checksums of answers are checked.',
    { allowed: ['when_supported', 'when_required'] },
  ],
];

const METADATA: readonly Row[] = [
  [
    'metadata_service_timeout',
    'number',
    BOTO,
    'How many seconds to wait for the instance metadata service.',
    { range: { min: 0 } },
  ],
  [
    'metadata_service_num_attempts',
    'integer',
    BOTO,
    'How often the instance metadata service is asked.',
    { range: { min: 1 } },
  ],
  ['ec2_metadata_service_endpoint', 'url', ALL, 'The address of the instance metadata service.'],
  [
    'ec2_metadata_service_endpoint_mode',
    'enum',
    ALL,
    'The protocol of the instance metadata service.',
    { allowed: ['IPv4', 'IPv6'] },
  ],
  [
    'ec2_metadata_v1_disabled',
    'boolean',
    ALL,
    'Whether the first, unprotected version of the metadata service is never used.',
  ],
  [
    'imds_use_ipv6',
    'boolean',
    BOTO,
    'Whether the metadata service is asked over IPv6.',
    { deprecated: true },
  ],
];

const S3: readonly Row[] = [
  ['s3_use_arn_region', 'boolean', ALL, 'Whether the region of an ARN is used instead of the profile’s.'],
  [
    's3_us_east_1_regional_endpoint',
    'enum',
    'boto3',
    'Whether us-east-1 has an S3 endpoint of its own.',
    { allowed: ['legacy', 'regional'] },
  ],
  ['s3_disable_multiregion_access_points', 'boolean', ALL, 'Whether multi-region access points are refused.'],
  ['s3_disable_express_session_auth', 'boolean', ALL, 'Whether S3 Express is used without its sessions.'],
  [
    's3.addressing_style',
    'enum',
    BOTO,
    'Where the bucket’s name stands in the address.',
    { allowed: ['auto', 'virtual', 'path'] },
  ],
  ['s3.use_accelerate_endpoint', 'boolean', BOTO, 'Whether S3 Transfer Acceleration is used.'],
  ['s3.use_dualstack_endpoint', 'boolean', BOTO, 'Whether S3 is reached over IPv6 too.'],
  ['s3.payload_signing_enabled', 'boolean', BOTO, 'Whether the content of uploads is signed.'],
  ['s3.use_arn_region', 'boolean', BOTO, 'Whether the region of an ARN is used instead of the profile’s.'],
  [
    's3.us_east_1_regional_endpoint',
    'enum',
    BOTO,
    'Whether us-east-1 has an S3 endpoint of its own.',
    { allowed: ['legacy', 'regional'] },
  ],
  [
    's3.s3_disable_multiregion_access_points',
    'boolean',
    BOTO,
    'Whether multi-region access points are refused.',
  ],
  ['s3.signature_version', 'string', BOTO, 'The signature that S3 requests get.'],
  ['s3.max_concurrent_requests', 'integer', BOTO, 'How many transfers run at once.', { range: { min: 1 } }],
  ['s3.max_queue_size', 'integer', BOTO, 'How many transfers may wait.', { range: { min: 1 } }],
  ['s3.multipart_threshold', 'size', BOTO, 'The size from which files are sent in parts.'],
  ['s3.multipart_chunksize', 'size', BOTO, 'The size of one part.'],
  ['s3.max_bandwidth', 'rate', BOTO, 'How fast transfers may be.'],
  ['s3.io_chunksize', 'size', BOTO, 'How much of a download is written at once.'],
  [
    's3.preferred_transfer_client',
    'enum',
    BOTO,
    'The program part that does transfers.',
    { allowed: ['auto', 'classic', 'crt', 'default'] },
  ],
  ['s3.target_bandwidth', 'rate', BOTO, 'How fast transfers of the “crt” client try to be.'],
  ['s3.should_stream', 'boolean', BOTO, 'Whether the “crt” client sends files without buffering them.'],
  ['s3.disk_throughput', 'rate', BOTO, 'How fast the disk is, for the “crt” client.'],
  ['s3.direct_io', 'boolean', BOTO, 'Whether the “crt” client goes round the system’s file cache.'],
];

const CLI_KEYS: readonly Row[] = [
  ['cli_pager', 'command', CLI, 'The program that long answers are shown with; empty for none.'],
  ['cli_timestamp_format', 'enum', CLI, 'How dates are printed.', { allowed: ['iso8601', 'wire'] }],
  [
    'cli_binary_format',
    'enum',
    CLI,
    'How binary parameters are given.',
    { allowed: ['base64', 'raw-in-base64-out'] },
  ],
  [
    'cli_auto_prompt',
    'enum',
    CLI,
    'Whether AWS CLI asks for parameters.',
    { allowed: ['on', 'on-partial', 'off'] },
  ],
  [
    'cli_error_format',
    'enum',
    CLI,
    'How errors are printed.',
    { allowed: ['enhanced', 'json', 'yaml', 'text', 'table', 'legacy'] },
  ],
  ['cli_help_output', 'enum', CLI, 'Where help is shown.', { allowed: ['terminal', 'browser', 'url'] }],
  ['cli_history', 'enum', CLI, 'Whether commands are recorded.', { allowed: ['enabled', 'disabled'] }],
  [
    'cli_follow_urlparam',
    'boolean',
    'AWS CLI 1',
    'Whether parameters that are addresses are fetched.',
    { deprecated: true },
  ],
  ['cli_legacy_plugin_path', 'path', CLI, 'The folder of AWS CLI’s plugins.', { sections: ['plugins'] }],
  ['emr.*', 'string', CLI, 'A default of the “aws emr” commands.'],
];

const MONITORING: readonly Row[] = [
  ['csm_enabled', 'boolean', BOTO, 'Whether requests are reported to a monitoring agent.'],
  ['csm_host', 'string', BOTO, 'The host of the monitoring agent.'],
  ['csm_port', 'integer', BOTO, 'The port of the monitoring agent.', { range: { min: 1, max: 65535 } }],
  ['csm_client_id', 'string', BOTO, 'The name that reports carry.'],
];
