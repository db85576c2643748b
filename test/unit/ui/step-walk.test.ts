import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type Ask, BACK, type Frame, type Step, walkSteps } from '../../../src/ui/step-walk.ts';

const STEPS: readonly Step[] = [
  { id: 'kind', kind: 'pick', prompt: 'Kind?', choices: () => [] },
  { id: 'secret', kind: 'input', prompt: 'Secret?', when: ({ kind }) => kind === 'keys' },
  { id: 'arn', kind: 'input', prompt: 'Role?', when: ({ kind }) => kind === 'role' },
  { id: 'region', kind: 'input', prompt: 'Region?', optional: true },
];

type Asked = { readonly id: string; readonly last: string | undefined; readonly frame: Frame };

/** Gives the answers one after the other. */
async function walk(...answers: readonly (string | typeof BACK)[]) {
  const left = [...answers];
  const asked: Asked[] = [];
  const result = await walkSteps('Title', STEPS, async ({ id }, _given, last, frame) => {
    asked.push({ id, last, frame });
    return left.shift() ?? assert.fail('asked too often');
  });
  assert.deepEqual(left, []);
  return { result, asked };
}

test('asks what concerns the answers so far and counts it', async () => {
  const { result, asked } = await walk('keys', 'abc', 'eu-west-1');
  assert.deepEqual(result, { kind: 'keys', secret: 'abc', region: 'eu-west-1' });
  assert.deepEqual(
    asked.map(({ id, frame }) => [id, frame.step, frame.total, frame.canGoBack]),
    [
      ['kind', 1, 2, false],
      ['secret', 2, 3, true],
      ['region', 3, 3, true],
    ],
  );
});

test('an optional question that is skipped has no answer', async () => {
  assert.deepEqual((await walk('keys', 'abc', '')).result, { kind: 'keys', secret: 'abc' });
});

test('what was typed for a choice that was taken back is not part of the result', async () => {
  const { result } = await walk('keys', 'abc', BACK, BACK, 'role', 'arn:aws:iam::1:role/R', '');
  assert.deepEqual(result, { kind: 'role', arn: 'arn:aws:iam::1:role/R' });
});

test('going back offers what was answered there', async () => {
  const { result, asked } = await walk('keys', 'abc', BACK, BACK, 'keys', 'abc', '');
  assert.deepEqual(result, { kind: 'keys', secret: 'abc' });
  assert.deepEqual(
    asked.map(({ id, last }) => [id, last]),
    [
      ['kind', undefined],
      ['secret', undefined],
      ['region', undefined],
      ['secret', 'abc'],
      ['kind', 'keys'],
      ['secret', 'abc'],
      ['region', undefined],
    ],
  );
});

test('a question that depends on an answer forgets what was typed for another one', async () => {
  const steps: readonly Step[] = [
    { id: 'key', kind: 'pick', prompt: 'Key?', choices: () => [] },
    {
      id: 'value',
      kind: 'later',
      make: ({ key }) => ({ id: 'value', kind: 'input', prompt: `Value of ${key}?` }),
    },
  ];
  const left: readonly (string | typeof BACK)[] = [
    'region',
    'eu-west-1',
    BACK,
    BACK,
    'region',
    'eu-west-1',
    BACK,
    BACK,
    'output',
    'json',
  ];
  let next = 0;
  const asked: (string | undefined)[][] = [];
  const three: Step = { id: 'sure', kind: 'input', prompt: 'Sure?' };
  const result = await walkSteps('Title', [...steps, three], async ({ prompt }, _given, last) => {
    asked.push([prompt, last]);
    return left[next++] ?? 'yes';
  });
  assert.deepEqual(result, { key: 'output', value: 'json', sure: 'yes' });
  assert.deepEqual(asked, [
    ['Key?', undefined],
    ['Value of region?', undefined],
    ['Sure?', undefined],
    ['Value of region?', 'eu-west-1'],
    ['Key?', 'region'],
    ['Value of region?', 'eu-west-1'],
    ['Sure?', undefined],
    ['Value of region?', 'eu-west-1'],
    ['Key?', 'region'],
    ['Value of output?', undefined],
    ['Sure?', undefined],
  ]);
});

test('a question that answers itself is not counted, and the way back leads past it', async () => {
  const steps: readonly Step[] = [
    { id: 'account', kind: 'pick', prompt: 'Account?', choices: () => [] },
    { id: 'role', kind: 'pick', prompt: 'Role?', choices: () => [], sole: true },
    { id: 'name', kind: 'input', prompt: 'Name?' },
  ];
  const answers: readonly Answer[] = ['1', { sole: 'Admin' }, BACK, '2', 'ReadOnly', BACK, 'Ops', 'mine'];
  let next = 0;
  const asked: (string | number | boolean)[][] = [];
  const result = await walkSteps('Title', steps, async ({ id }, _given, _last, frame) => {
    asked.push([id, frame.step, frame.total, frame.canGoBack]);
    return answers[next++] ?? assert.fail('asked too often');
  });
  assert.deepEqual(result, { account: '2', role: 'Ops', name: 'mine' });
  assert.deepEqual(asked, [
    ['account', 1, 3, false],
    ['role', 2, 3, true],
    ['name', 2, 2, true],
    ['account', 1, 3, false],
    ['role', 2, 3, true],
    ['name', 3, 3, true],
    ['role', 2, 3, true],
    ['name', 3, 3, true],
  ]);
});

test('behind a first question that answered itself there is no way back', async () => {
  const steps: readonly Step[] = [
    { id: 'account', kind: 'pick', prompt: 'Account?', choices: () => [], sole: true },
    { id: 'name', kind: 'input', prompt: 'Name?' },
  ];
  const asked: boolean[] = [];
  const result = await walkSteps('Title', steps, async ({ id }, _given, _last, frame) => {
    asked.push(frame.canGoBack);
    return id === 'account' ? { sole: '1' } : 'mine';
  });
  assert.deepEqual(result, { account: '1', name: 'mine' });
  assert.deepEqual(asked, [false, false]);
});

test('what a question needs is done before it, and ends the questions where it fails', async () => {
  const done: string[] = [];
  const steps: readonly Step[] = [
    { id: 'how', kind: 'pick', prompt: 'How?', choices: () => [] },
    {
      id: 'account',
      kind: 'input',
      prompt: 'Account?',
      prepare: async ({ how = '' }) => {
        done.push(`prepared ${how}`);
        if (how === 'badly') {
          throw new Error('no');
        }
      },
    },
  ];
  const ask: Ask = async ({ id }) => {
    done.push(id);
    return id === 'how' ? (done.length > 2 ? 'badly' : 'well') : '1';
  };
  assert.deepEqual(await walkSteps('Title', steps, ask), { how: 'well', account: '1' });
  await assert.rejects(walkSteps('Title', steps, ask), /no/);
  assert.deepEqual(done, ['how', 'prepared well', 'account', 'how', 'prepared badly']);
});
