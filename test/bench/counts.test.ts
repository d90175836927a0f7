import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countSecretCalls } from '../../bench/count-secret-calls.ts';
import { type NameServer, startNameServer } from '../../bench/name-server.ts';
import { type Cost, runProcess } from '../../bench/run-process.ts';
import { mayNeedIPv6 } from '../../functions/docspace/resolve-host.ts';
import { projectRoot } from '../../infra/project-root.ts';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import { LOOPBACK_CERTIFICATE } from '../local/docspace/loopback-certificate.ts';

/**
 * What a run costs in things that can be counted: they are the same on every machine, so they may fail a build. Times
 * are for `npm run bench`.
 */
const PORTALS = 200;
const AT_ONCE = 16;

let folder: string;
let fleet: Fleet;
let names: NameServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'policy-sync-counts-'));
  fleet = await startFleet(
    Array.from({ length: PORTALS }, (_, index) => ({ name: `p${index}` })),
    { sharedPort: true, tls: LOOPBACK_CERTIFICATE, hostOf: (name) => `${name}.docspace.localhost` },
  );
  names = await startNameServer();
  const portals = fleet.portals.map(({ name }) => `  ${name}:\n`);
  writeFileSync(join(folder, 'fleet.yaml'), POLICY + portals.join(''));
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(fleet.keys()));
  writeFileSync(join(folder, 'ca.pem'), LOOPBACK_CERTIFICATE.cert);
});
afterAll(async () => {
  names.close();
  await fleet.close();
  rmSync(folder, { recursive: true });
});

const POLICY = `version: 1
defaults:
  storageType: DataStore
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
portals:
`;

/** The command in a process of its own. */
function apply(): Promise<Cost> {
  const command = [process.execPath, 'cli/run-typescript.mjs', 'bench/apply.ts', 'apply'].map((part) =>
    part.includes('.mjs') ? join(projectRoot(), part) : part,
  );
  const files = [join(folder, 'fleet.yaml'), '--keys', join(folder, 'keys.json')];
  return runProcess([...command, ...files, '--json', '--concurrency', String(AT_ONCE)], {
    env: {
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      BENCH_NAME_SERVER: names.address,
      BENCH_TOLD: join(folder, 'told.json'),
    },
  });
}

describe('a fleet that differs', () => {
  it('costs three requests, one connection and as few look-ups as can be a portal, and leaves nothing behind', async () => {
    const { exitCode, stderr, stdout } = await apply();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(fleet.requests.counts).toMatchObject({ all: 3 * PORTALS, read: 2 * PORTALS, write: PORTALS });
    expect(fleet.connections).toBe(PORTALS);
    // A server may see an end later than the next beginning.
    expect(fleet.maxOpenSockets).toBeLessThanOrEqual(1.25 * AT_ONCE);
    expect(names.asked()).toBe((mayNeedIPv6(networkInterfaces()) ? 2 : 1) * PORTALS);

    const bodies = fleet.requests.entries.flatMap(({ body }) => body ?? []);
    expect(new Set(bodies)).toEqual(
      new Set([
        '{"storageType":"DataStore","storageParams":[],"backupsStored":7,"cronParams":{"period":"EveryDay","hour":3},"dump":false}',
      ]),
    );
    expect(stdout.length / PORTALS).toBeLessThan(700);
    expect(JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8'))).toMatchObject({ handlesLeft: [] });
  });

  it('costs one request a portal once it is as wanted', async () => {
    fleet.requests.clear();
    expect((await apply()).exitCode).toBe(0);
    expect(fleet.requests.counts).toMatchObject({ all: PORTALS, read: PORTALS, write: 0 });
    expect(fleet.connections).toBe(2 * PORTALS);
  });
});

describe('keys from Secrets Manager', () => {
  it.each([
    [1, 1],
    [20, 1],
    [21, 1],
    [400, 2],
  ])('of %d portals take a call for each twenty, and %d for groups', async (portals, lists) => {
    const { calls, beforeFirst } = await countSecretCalls(portals, AT_ONCE);
    expect(calls).toBe(Math.ceil(portals / 20) + lists);
    // All of them: two names with one portal behind them are found out before any portal is asked.
    expect(beforeFirst).toBe(calls);
  });
});
