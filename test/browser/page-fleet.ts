import type { StoredOutcome } from '../../functions/model/portal-memory.ts';
import { openExplainer } from '../../functions/policy/explain-portal.ts';
import { collectPage } from '../../functions/report/page/collect-page.ts';
import type { PageData } from '../../functions/report/page/page-data.ts';
import { readReport, type StoredReport } from '../../functions/report/read-report.ts';

/** When the page is made. */
export const NOW = new Date('2026-11-27T09:00:00Z');

export const HOSTILE = '</script><script>document.title = "taken"</script><img src=x onerror=alert(1)>';

const ok = {
  action: 'none',
  status: 'done',
  changes: [],
  warnings: [],
  requests: 2,
  attempts: 1,
} as const;
const proven = {
  verdict: 'proven',
  lastBackup: '2026-11-27T03:00:00.000Z',
  lastArchive: '2026-11-27T03:04:00.000Z',
  due: '2026-11-28T03:00:00.000Z',
} as const;
const bad = (verdict: 'late' | 'claimed' | 'unprotected' | 'unknown', lastArchive: string | null = null) =>
  ({ verdict, lastBackup: null, lastArchive, due: null, bad: true }) as const;
const error = (code: string, message: string, retryable = false) => ({ code, message, retryable }) as never;

/** Portals of each kind: well, failed, held, drifted, only watched, and one that says evil things. */
export const OUTCOMES: readonly StoredOutcome[] = [
  { ...ok, portal: 'acme', protection: proven },
  {
    ...ok,
    portal: 'globex',
    action: 'update',
    changes: [{ field: 'backupsStored', from: 1, to: 30 }],
    effect: 'strengthen',
    drift: { kind: 'edited', fields: ['backupsStored'] },
    protection: proven,
  },
  { ...ok, portal: 'initech', protection: bad('late', '2026-11-21T03:04:00.000Z') },
  {
    ...ok,
    portal: 'hooli',
    action: null,
    status: 'failed',
    error: error('UNAUTHORIZED', 'the portal does not take this key (401): make another, and store it'),
    protection: bad('unknown'),
  },
  {
    ...ok,
    portal: 'vandelay',
    action: 'update',
    status: 'skipped',
    held: true,
    changes: [{ field: 'backupsStored', from: 30, to: 7 }],
    effect: 'weaken',
    error: error('GUARDED', 'held by maxWeaken: approve: 0123456789abcdef lets it through'),
    protection: proven,
  },
  {
    ...ok,
    portal: 'umbrella',
    protection: { verdict: 'retired', lastBackup: null, lastArchive: null, due: null },
  },
  { ...ok, portal: 'stark', protection: bad('claimed', '2026-11-10T03:04:00.000Z') },
  {
    ...ok,
    portal: 'wonka',
    action: null,
    status: 'failed',
    error: error('UNREACHABLE', HOSTILE, true),
    protection: bad('unknown'),
  },
  {
    ...ok,
    portal: 'weyland',
    protection: { ...proven, verdict: 'never', lastArchive: null, lastBackup: null },
    warnings: [{ code: 'KEY_EXPIRES_SOON', message: 'the key expires on 2026-12-01' }],
  },
  ...Array.from({ length: 9 }, (_, index) => ({
    ...ok,
    portal: `customer-${index + 1}`,
    protection: proven,
  })),
];

const POLICY = `version: 1
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }
  backupsStored: 7
  cronParams: { period: EveryDay, hour: 3 }
profiles:
  gold:
    backupsStored: 30
portals:
`;

const DAYS: Readonly<Record<string, string>> = {
  acme: 'p60',
  globex: 'p12b2p21',
  initech: 'p20-3p6b6',
  hooli: 'p30u5',
  stark: 'p10b3p5b17',
  wonka: '-10p20u5',
  umbrella: 'n14',
};

/** A page of two policies, one of which can't be read. */
export function samplePage(outcomes: readonly StoredOutcome[] = OUTCOMES): PageData {
  const page = collectPage(NOW);
  const names = outcomes.map(({ portal }) => portal);
  const text = `${POLICY}${names.map((name) => `  ${name}: ${name === 'globex' ? '{ profile: gold }' : '{}'}\n`).join('')}`;
  const portals = Object.fromEntries(names.map((name) => [name, DAYS[name] ?? 'p35']));
  page.addPolicy('eu/fleet', {
    report: reportOf(outcomes),
    days: { schema: 1, until: '2026-11-27', portals },
    explain: openExplainer(new TextEncoder().encode(text)),
  });
  page.addUnknown('us/fleet', 'has no report yet');
  return page.result();
}

// --- internal ---

function reportOf(portals: readonly StoredOutcome[]): StoredReport {
  const report = readReport(
    new TextEncoder().encode(
      JSON.stringify({
        startedAt: '2026-11-27T06:00:00.000Z',
        ok: false,
        policies: [{ policy: 'eu/fleet', file: 's3://acme/policies/eu/fleet.yaml', version: 'v1', portals }],
      }),
    ),
    new Date('2026-11-27T06:00:00.000Z'),
  );
  if (!report) throw new Error('the sample is no report');
  return report;
}
