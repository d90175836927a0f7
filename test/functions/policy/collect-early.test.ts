import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { writeFiles } from '../../cli/run-cli.ts';

const DEFAULTS =
  'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }';

test('what keeps a large run small is a flag that this Node has: nothing is said of it', () => {
  const portals = Array.from({ length: 30_000 }, (_, index) => `  portal-${index}:\n`).join('');
  const { 'fleet.yaml': file } = writeFiles({
    'fleet.yaml': `version: 1\n${DEFAULTS}\nportals:\n${portals}`,
  });
  const said = execFileSync('sh', ['-c', 'node cli/policy-sync.mjs validate "$0" 2>&1', file]).toString();
  expect(said).toMatch(/30,000 portals/);
  expect(said).not.toMatch(/flag/i);
});
