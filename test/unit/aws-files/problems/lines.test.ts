import { testCases } from './cases.ts';

testCases([
  {
    name: 'lines in order, of every sort',
    config: [
      '# note',
      '[profile a]',
      'region=eu-west-1',
      'output\t=\tjson',
      '',
      's3 =',
      '  addressing_style = path',
      '',
      '# note',
      '\tuse_arn_region=true',
      'credential_process = "/opt/my tool" --url https://x/#y;z',
      '[sso-session s.1]',
      'sso_start_url = https://x.example/start/#/',
      'sso_region = eu-west-1 ',
      '; note',
      '[services x]',
      'dynamodb =',
      '    endpoint_url = http://localhost:8000',
      '[default]',
      'cli_pager =',
      'some_tool_of_mine = 😂 ü',
    ].join('\r\n'),
    finds: [],
  },
  {
    name: 'a comment after a value is a part of it to AWS CLI',
    config: '[profile a]\nregion = eu-west-1 \t# my secret note\n',
    finds: [
      /^config 2:10-2:37 warning dialects \[a\]: AWS CLI and boto3 read region as “eu-west-1 #…”, comment and all; the SDKs read “eu-west-1”\. Put the comment/,
    ],
    fixed: '[profile a]\n# my secret note\nregion = eu-west-1\n',
  },
  {
    name: 'a comment after a value that may be secret: nothing of it is shown',
    credentials: '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hunter2 ; hunter3\n',
    finds: [
      /^credentials 3:25-3:42 warning dialects \[a\]: AWS CLI and boto3 take the comment for a part of aws_secret_access_key, the SDKs do not\. Put it on a line of its own\.$/,
    ],
    fixed: '[a]\naws_access_key_id = AKIDEXAMPLE\n; hunter3\naws_secret_access_key = hunter2\n',
  },
  {
    name: 'a comment after a key that AWS does not know is a remark',
    config: '[profile a]\nsome_tool = x # y\n',
    finds: [/^config 2:13-2:18 info dialects \[a\]: .*take the comment for a part of this key/],
    fixed: '[profile a]\n# y\nsome_tool = x\n',
  },
  {
    name: 'a comment in a block is one to the JavaScript SDK alone',
    config: '[services a]\ns3 =\n  endpoint_url = http://localhost:1 # here\n',
    finds: [
      /^config 3:18-3:43 warning dialects: AWS CLI and most SDKs read s3\.endpoint_url as “http:\/\/localhost:1 #…”.*the JavaScript SDK reads “http:\/\/localhost:1”/,
    ],
    fixed: '[services a]\ns3 =\n# here\n  endpoint_url = http://localhost:1\n',
  },
  {
    name: 'a value that starts as a comment does',
    config: '[profile a]\nrole_session_name = #1\n',
    finds: [
      /^config 2:21-2:23 warning dialects \[a\]: The JavaScript SDK takes this for a comment and does not see role_session_name/,
    ],
    fixed: '[profile a]\nrole_session_name =#1\n',
  },
  {
    name: 'the same alone in the default profile',
    credentials: '[default]\nrole_session_name = #1',
    finds: [/^credentials 2:21-2:23 warning dialects \[default\]: The JavaScript SDK takes this/],
    fixed: '[default]\nrole_session_name =#1',
  },
  {
    name: 'a colon in place of the equals sign',
    config: '[profile a]\nregion: eu-west-1\n',
    finds: [/^config 2:1-2:8 warning dialects \[a\]: AWS CLI and boto3 alone read region with “:”/],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'a colon before the equals sign',
    config: '[profile a]\na:b = c\n',
    finds: [/^config 2:1-2:3 info dialects \[a\]: AWS CLI and boto3 split this line at the “:”/],
  },
  {
    name: 'a key in upper case is hidden from the JavaScript SDK',
    config: '[profile a]\nRegion = eu-west-1\n',
    finds: [
      /^config 2:1-2:7 warning dialects \[a\]: The JavaScript SDK does not see region here: write it in lower case\.$/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'a nested key in upper case is hidden from AWS CLI as well',
    config: '[profile a]\ns3 =\n  Addressing_Style = path\n',
    finds: [
      /^config 3:3-3:19 warning dialects \[a\]: AWS CLI and the JavaScript SDK do not see s3\.addressing_style/,
    ],
    fixed: '[profile a]\ns3 =\n  addressing_style = path\n',
  },
  {
    name: 'upper case matters to nobody in keys of AWS CLI alone, and in those of other tools',
    config: '[profile a]\nOutput = json\nMy_Tool = x\nmy_other_tool =\n',
    finds: [],
  },
  {
    name: 'an empty value',
    config: '[profile a]\nregion =\noutput = json\n',
    finds: [/^config 2:1-2:9 info dialects \[a\]: region has no value: the JavaScript SDK ignores it/],
    fixed: '[profile a]\noutput = json\n',
  },
  {
    name: 'a value that goes on in indented lines',
    config: '[profile a]\ncredential_process = /opt/tool \\\n  --flag\n  --more\nregion = eu-west-1\n',
    finds: [
      /^config 2:1-4:9 warning dialects \[a\]: AWS CLI and the SDKs take the indented lines below for a part of credential_process/,
    ],
    fixed: '[profile a]\ncredential_process = /opt/tool --flag --more\nregion = eu-west-1\n',
  },
  {
    name: 'a key that was indented by mistake',
    config: '[profile a]\nsso_role_name = Admin\n  region = eu-west-1\n',
    finds: [
      /^config 2:1-3:21 warning dialects .*sso_role_name/,
      /^config 2:17-2:22 error incomplete/,
      /^config 2:17-2:22 error incomplete/,
      /^config 3:3-3:21 error dialects \[a\]: The JavaScript SDK reads this indented line as region; for AWS CLI and the other SDKs it is a part of what stands above/,
    ],
  },
  {
    name: 'an indented comment after a value',
    config: '[profile a]\nregion = eu-west-1\n   # note\noutput = json\n',
    finds: [
      /^config 2:1-3:10 warning dialects \[a\]: The SDKs may take the indented comment below for a part of region/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n# note\noutput = json\n',
  },
  {
    name: 'an indented comment in a block is a remark',
    config: '[profile a]\ns3 =\n  # note\n  addressing_style = path\n',
    finds: [/^config 3:3-3:9 info dialects \[a\]: This comment is indented/],
    fixed: '[profile a]\ns3 =\n# note\n  addressing_style = path\n',
  },
  {
    name: 'a section that is indented as a whole',
    config:
      '[profile a]\n  region = eu-west-1\n  s3 =\n    addressing_style = path\n  # note\n  output = json\n[profile b]\n',
    finds: [
      /^config 2:3-2:21 warning syntax \[a\]: The section’s lines are indented/,
      /^config 5:3-5:9 info dialects/,
      /^config 6:3-6:16 warning dialects \[a\]: For the JavaScript SDK output is a key of the block above/,
    ],
    fixed:
      '[profile a]\nregion = eu-west-1\ns3 =\n  addressing_style = path\n# note\noutput = json\n[profile b]\n',
  },
  {
    name: 'a line without an equals sign',
    config: '[profile a]\nrubbish\n',
    finds: [/^config 2:1-2:8 error syntax \[a\]: No “=” in this line.*AWS CLI refuses the whole file/],
    fixed: '[profile a]\n# rubbish\n',
  },
  {
    name: 'a key and a value without a sign between them',
    config: '[profile a]\nregion eu-west-1\n',
    finds: [/^config 2:1-2:17 error syntax \[a\]: No “=” in this line/],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'a line without a key',
    config: '[profile a]\n= eu-west-1\n',
    finds: [/^config 2:1-2:12 error syntax \[a\]: There is no key before the “=”/],
    fixed: '[profile a]\n# = eu-west-1\n',
  },
  {
    name: 'a nested line without an equals sign',
    config: '[profile a]\ns3 =\n  addressing_style path\n',
    finds: [
      /^config 3:3-3:24 error syntax \[a\]: No “=” in this nested line.*AWS CLI refuses the whole file/,
    ],
    fixed: '[profile a]\ns3 =\n# addressing_style path\n',
  },
  {
    name: 'a nested line without a key',
    config: '[profile a]\ns3 =\n  = path\n  addressing_style = path\n',
    finds: [/^config 3:3-3:9 error syntax \[a\]: There is no key before the “=” of this nested line/],
    fixed: '[profile a]\ns3 =\n# = path\n  addressing_style = path\n',
  },
  {
    name: 'a key with blanks in it',
    config: '[profile a]\nsso account id = 123456789012\nin valid = x\n',
    finds: [
      /^config 2:1-2:15 warning dialects \[a\]: The SDKs ignore this key: a key may hold .* Did you mean sso_account_id\?$/,
      /^config 3:1-3:9 info dialects \[a\]: The SDKs ignore this key: a key may hold letters, digits and “_-\/\.%@:\+”\.$/,
    ],
  },
  {
    name: 'lines before the first section',
    config: '# note\nregion = eu-west-1\n\n# note\nrubbish\n[default]\n',
    finds: [
      /^config 2:1-5:8 error syntax: These lines stand before the first section\. AWS CLI refuses the whole file/,
    ],
    fixed: '# note\n# region = eu-west-1\n\n# note\n# rubbish\n[default]\n',
  },
  {
    name: 'a key that stands twice, whatever its case',
    config: '[profile a]\nregion = eu-west-1\n  # note\n# note\nREGION = eu-west-2\nregion = eu-west-3\n',
    finds: [
      /^config 2:1-3:9 warning dialects/,
      /^config 5:1-5:19 error duplicate \[a\]: region is set twice in this section: the SDKs take the last one, AWS CLI refuses the whole file/,
      /^config 5:1-5:7 warning dialects/,
      /^config 6:1-6:19 error duplicate/,
    ],
  },
  {
    name: 'a key of other tools that stands twice is not named',
    config: '[profile a]\nmy_token = x\nmy_token = y\n',
    finds: [/^config 3:1-3:13 error duplicate \[a\]: This key is set twice in this section/],
    fixed: '[profile a]\nmy_token = y\n',
  },
  {
    name: 'a nested key that stands twice',
    config: '[profile a]\ns3 =\n  addressing_style = path\n  addressing_style = auto\n',
    finds: [/^config 4:3-4:26 warning duplicate \[a\]: s3\.addressing_style is set twice in this block/],
    fixed: '[profile a]\ns3 =\n  addressing_style = auto\n',
  },
  {
    name: 'a key that only AWS CLI finds twice',
    config: '[profile a]\nregion: eu-west-1\nregion = eu-west-2\n',
    finds: [
      /^config 2:1-2:8 warning dialects/,
      /^config 3:1-3:19 error syntax: AWS CLI finds this key twice/,
    ],
  },
  {
    name: 'white space that is none to the SDKs: who reads what',
    config:
      '[profile a]\nregion = eu-west-1\u00a0\naws_access_key_id = AKIDEXAMPLE\u00a0\naws_secret_access_key = x\n',
    finds: [
      /^config 2:1-2:20 warning dialects \[a\]: AWS’s tools do not read this line alike: the SDKs “eu-west-1\u00a0”, the JavaScript SDK “eu-west-1”, AWS CLI “eu-west-1”\.$/,
      /^config 2:10-2:20 warning value/,
      /^config 3:1-3:33 warning dialects \[a\]: .*the SDKs a value, the JavaScript SDK a value, AWS CLI a value\.$/,
    ],
  },
]);
