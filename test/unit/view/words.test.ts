import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOfArn, groupAccountId, roleOfArn, shortPath, spanInWords } from '../../../src/view/words.ts';

test('account ids are grouped, other texts are not', () => {
  assert.equal(groupAccountId('123456789012'), '1234-5678-9012');
  assert.equal(groupAccountId('12345'), '12345');
});

test('spans of time', () => {
  assert.equal(spanInWords(7 * 3_600_000 + 12 * 60_000 + 59_000), '7 h 12 min');
  assert.equal(spanInWords(8 * 3_600_000), '8 h');
  assert.equal(spanInWords(8 * 60_000), '8 min');
  assert.equal(spanInWords(59_000), 'less than a minute');
  assert.equal(spanInWords(-1), 'less than a minute');
  assert.equal(spanInWords(72 * 3_600_000), '3 days');
});

test('what an ARN says', () => {
  const sso = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_Access_0123456789abcdef/me';
  assert.equal(roleOfArn(sso), 'Admin_Access');
  assert.equal(roleOfArn('arn:aws:sts::123456789012:assumed-role/Deploy/s'), 'Deploy');
  assert.equal(roleOfArn('arn:aws-cn:iam::123456789012:user/team/alice'), 'user/team/alice');
  assert.equal(roleOfArn('arn:aws:iam::123456789012:role/path/Deploy'), 'Deploy');
  assert.equal(roleOfArn('arn:aws:iam::123456789012:root'), 'root');
  assert.equal(roleOfArn('nonsense'), undefined);
  assert.equal(accountOfArn(sso), '123456789012');
  assert.equal(accountOfArn('arn:aws:s3:::bucket'), undefined);
});

test('the home folder is ~', () => {
  assert.equal(shortPath('/home/a/.aws/config', '/home/a'), '~/.aws/config');
  assert.equal(shortPath('/home/ab/.aws/config', '/home/a'), '/home/ab/.aws/config');
});
