import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProcess } from '../../../bench/run-process.ts';
import { projectRoot } from '../../../infra/project-root.ts';
import { startFleet } from '../../../local/docspace/fleet.ts';

const PORTALS = 80;

/** Of 44 descriptors 12 are taken by files that the process inherits, and some twenty by Node. */
const FEW = 'for one in $(seq 10 21); do eval "exec $one</dev/null"; done; ulimit -n 44';

test.each(['auto', '200'])(
  'with too few descriptors for --concurrency %s no portal fails: it is tried again when there are some',
  async (atOnce) => {
    const names = Array.from({ length: PORTALS }, (_, index) => `p${index}`);
    const fleet = await startFleet(
      names.map((name) => ({ name, fault: { kind: 'delays', ms: 100, on: 'read' } })),
    );
    const folder = mkdtempSync(join(tmpdir(), 'policy-sync-descriptors-'));
    const [policy, keys] = [join(folder, 'fleet.yaml'), join(folder, 'keys.json')];
    writeFileSync(policy, `${HEAD}${names.map((name) => `  ${name}:\n`).join('')}`);
    writeFileSync(keys, JSON.stringify(fleet.keys()));
    try {
      const command = [process.execPath, join(projectRoot(), 'cli/policy-sync.mjs'), 'apply', policy];
      const options = ['--keys', keys, '--json', '--concurrency', atOnce];
      const { exitCode, stdout, stderr } = await runProcess([...command, ...options], { before: FEW });
      expect([exitCode, stderr]).toEqual([0, '']);
      const [{ totals, portals }] = JSON.parse(stdout).policies;
      expect(totals).toMatchObject({ portals: PORTALS, create: PORTALS });
      // A try for which there was no socket is none.
      expect(new Set(portals.map(({ attempts }: { attempts: number }) => attempts))).toEqual(new Set([1]));
      expect(fleet.requests.counts).toMatchObject({ all: 3 * PORTALS, write: PORTALS });
    } finally {
      rmSync(folder, { recursive: true });
      await fleet.close();
    }
  },
);

const HEAD = `version: 1
defaults:
  storageType: DataStore
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
portals:
`;
