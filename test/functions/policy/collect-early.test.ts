import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const DEFAULTS =
  'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }';

test('what keeps a large run small is a flag that this Node has: nothing is said of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-'));
  const file = join(folder, 'fleet.yaml');
  const portals = Array.from({ length: 30_000 }, (_, index) => `  portal-${index}:\n`).join('');
  writeFileSync(file, `version: 1\n${DEFAULTS}\nportals:\n${portals}`);
  try {
    const said = execFileSync('sh', ['-c', 'node cli/policy-sync.mjs validate "$0" 2>&1', file]).toString();
    expect(said).toMatch(/30,000 portals/);
    expect(said).not.toMatch(/flag/i);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
