import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import '../../functions/patience.ts';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

type Outcome = {
  portal: string;
  status: string;
  requests: number;
  error?: { code: string; message: string };
};
const outcomes = (out: string): Outcome[][] =>
  JSON.parse(out).policies.map(({ portals }: { portals: Outcome[] }) => portals);

/** Keys of the fleet, and one more name for acme. */
async function startWithTwin(): Promise<string> {
  fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }]);
  return JSON.stringify({ ...fleet.keys(), twin: fleet.keys().acme });
}

test('two names of one portal are a conflict of both, and get no request', async () => {
  const keys = await startWithTwin();
  const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex', 'twin']), keys });
  for (const verb of ['plan', 'apply', 'audit']) {
    const { code, out } = await runCli([verb, files['fleet.yaml'], '--keys', files.keys, '--json']);
    expect(code).toBe(1);
    const [[acme, globex, twin] = []] = outcomes(out);
    expect(acme).toMatchObject({ status: 'skipped', requests: 0, error: { code: 'CONFLICT' } });
    expect(acme?.error?.message).toContain('"twin"');
    expect(twin).toMatchObject({ status: 'skipped', requests: 0, error: { code: 'CONFLICT' } });
    expect(twin?.error?.message).toContain('"acme"');
    expect(globex?.error).toBeUndefined();
  }
  expect(fleet.portal('acme').counts.all).toBe(0);
  const { out } = await runCli([
    'apply',
    files['fleet.yaml'],
    '--keys',
    files.keys,
    '--portal',
    'twin',
    '--json',
  ]);
  expect(outcomes(out)).toMatchObject([[{ portal: 'twin', error: { code: 'CONFLICT' } }]]);
  expect(fleet.portal('acme').counts.all).toBe(0);
});

test('so are two names in two policies of one command', async () => {
  const keys = await startWithTwin();
  const files = writeFiles({
    'a.yaml': policyText(['acme', 'globex']),
    'b.yaml': policyText(['twin']),
    keys,
  });
  const { out } = await runCli(['apply', files['a.yaml'], files['b.yaml'], '--keys', files.keys, '--json']);
  const [[acme, globex] = [], [twin] = []] = outcomes(out);
  expect(acme?.error).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('"twin" of the policy "b"'),
  });
  expect(twin?.error).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('"acme" of the policy "a"'),
  });
  expect(globex).toMatchObject({ status: 'done' });
  expect(fleet.portal('acme').counts.all).toBe(0);
});

test('the server-wide schedule behind the same address is another thing', async () => {
  const keys = await startWithTwin();
  const text = policyText(['acme']).replace(/^portals:/m, 'portals:\n  twin: { dump: true, state: absent }');
  const files = writeFiles({ 'fleet.yaml': text, keys });
  const { out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--json']);
  expect(
    outcomes(out)
      .flat()
      .map(({ error }) => error?.code),
  ).not.toContain('CONFLICT');
});
