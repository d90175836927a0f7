import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

test('how long a portal may take can be said', async () => {
  fleet = await startFleet([{ name: 'acme', fault: { kind: 'hang' } }]);
  const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys: keyFile(fleet) });
  const times = { REQUEST_TIMEOUT_SECONDS: '1', PORTAL_TIMEOUT_SECONDS: '2' };
  const { out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--json'], times);
  expect(JSON.parse(out).policies[0].portals).toMatchObject([
    {
      status: 'failed',
      error: { code: 'TIMEOUT', message: expect.stringContaining('no whole answer within'), retryable: true },
    },
  ]);
});
