import { systemClock } from '../functions/aws/system-clock.ts';
import { openPortals } from '../functions/docspace/open-portals.ts';
import { type Assignment, reconcileFleet } from '../functions/fleet/reconcile-fleet.ts';
import { anyAddress } from '../functions/model/address-ranges.ts';
import { DEFAULT_GUARD } from '../functions/model/guard.ts';
import { DEFAULT_LIMITS } from '../functions/model/limits.ts';
import type { PortalTarget } from '../functions/model/portal-target.ts';
import { applyTreatment } from '../functions/portal/treat-portal.ts';
import { reportWriter } from '../functions/report/write-report.ts';
import { apiKey, portalName, readTask } from './contestants/portal-calls.ts';

/**
 * All that `apply` does after its files were read, without the files: targets and keys are made when their turn comes.
 * What is left is the memory of the work itself. Prints the process's largest size in megabytes.
 */
const { port, portals: count, atOnce, nameServer } = readTask(process.argv.slice(2));
const portals = openPortals({
  limits: DEFAULT_LIMITS,
  clock: systemClock,
  random: Math.random,
  isAllowedAddress: anyAddress,
  nameServers: [nameServer],
});
const treatment = applyTreatment(
  {
    keys: {
      keyOf: async (name) => {
        const index = Number(name.slice(1));
        return { origin: `https://${name}.bench.test:${port}`, apiKey: apiKey(index) };
      },
      originOf: (name) => `https://${name}.bench.test:${port}`,
    },
    hosts: { allowedHosts: undefined, insecureLoopback: true },
    destinations: undefined,
    clock: systemClock,
  },
  portals.openWriter,
);
let bytes = 0;
let failed = 0;
const report = reportWriter((text) => {
  bytes += text.length;
});
report.begin({ mode: 'apply', startedAt: new Date() });
report.policyBegin({ policy: 'fleet', file: 'fleet', version: null, errors: [], warnings: [] });
await reconcileFleet({
  assignments: assignments(),
  treatments: [treatment],
  writes: true,
  examines: false,
  guards: [{ guard: DEFAULT_GUARD, portals: count, approve: undefined }],
  onGuard: () => {},
  concurrency: atOnce,
  stopReason: () => undefined,
  onOutcome: (_, outcome) => {
    if (outcome.status !== 'done') failed++;
    report.outcome(JSON.stringify(outcome));
  },
});
portals.close();
if (failed > 0) throw new Error(`${failed} portals failed`);
process.stdout.write(JSON.stringify({ maxRssMb: process.resourceUsage().maxRSS / 1024, bytes }));

function* assignments(): Generator<Assignment> {
  for (let index = 0; index < count; index++) yield { policy: 0, target: targetOf(portalName(index)) };
}

function targetOf(portal: string): PortalTarget {
  const storageParams = new Map([
    ['module', 's3'],
    ['bucket', 'acme-backups'],
    ['region', 'eu-west-1'],
    ['subdir', portal],
  ]);
  return {
    portal,
    mode: 'enforce',
    dump: false,
    allowLateFirstRun: false,
    schedule: {
      storageType: 'ThirdPartyConsumer',
      storageParams,
      backupsStored: 7,
      cronParams: { period: 'EveryDay', hour: 3, day: 0 },
      dump: false,
    },
  };
}
