import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

/** As Lambda starts Node in a function of this memory. */
const MB = 256;
const EXEC_ARGV = [
  `--max-old-space-size=${Math.floor(MB * 0.9)}`,
  `--max-semi-space-size=${Math.ceil(MB * 0.05)}`,
];

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    [{ name: 'acme' }],
    { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MB) },
    { execArgv: EXEC_ARGV },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const names = Array.from({ length: 150_000 }, (_, at) => `p${at.toString(36)}`);
const huge = policyText([]).replace(
  /portals: .*/,
  `portals:\n${names.map((name) => `  ${name}: { backupsStored: 9 }\n`).join('')}`,
);

test('a policy that the memory does not carry ends no run, neither its own nor another’s', async () => {
  expect(huge.length).toBeLessThan(5 * 2 ** 20);
  world.aws.s3.put(BUCKET, 'policies/a-huge.yaml', huge);
  const upload = await world.upload('policies/small.yaml', policyText(['acme']));
  expect(upload.result).toMatchObject({ ok: true, totals: { create: 1 } });
  expect((await world.tick()).result).toMatchObject({ ok: false, policies: 2, totals: { none: 1 } });
  expect(world.report('a-huge').policies[0].errors).toEqual([
    {
      line: 1,
      column: 1,
      message: expect.stringMatching(
        /^the policy has 150,000 portals, more than the function carries with its 256 MB: give it more memory \(memoryMb: \d+\), or split the policy$/,
      ),
    },
  ]);
});

test('a report that the memory does not carry says nothing, and ends no run', async () => {
  const outcome = {
    portal: 'gone',
    action: 'none',
    status: 'done',
    changes: [],
    warnings: [],
    requests: 1,
    attempts: 1,
  };
  const head = { schema: 1, mode: 'apply', startedAt: '2026-01-01T00:00:00.000Z', ok: true };
  const entry = `{"policy":"fleet","file":"","version":"v","claims":[],"portals":[${`${JSON.stringify(outcome)},\n`.repeat(1_200_000)}${JSON.stringify(outcome)}]}`;
  world.aws.s3.put(
    BUCKET,
    'reports/fleet/latest.json',
    `${JSON.stringify(head).slice(0, -1)},"policies":[${entry}]}`,
  );
  expect((await world.upload('policies/fleet.yaml', policyText(['acme']))).result).toMatchObject({
    ok: true,
  });
  expect(world.report('fleet').policies[0].totals).toMatchObject({ create: 1 });
});
