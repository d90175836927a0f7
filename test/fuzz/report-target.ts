import fc from 'fast-check';
import { describeStatus } from '../../cli/ask/describe-status.ts';
import { colours } from '../../cli/words/colours.ts';
import { rememberPortal } from '../../functions/drift/remember-portal.ts';
import { contestedError } from '../../functions/drift/repair-limit.ts';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { NO_SELECTION } from '../../functions/model/policy-claims.ts';
import type { PolicyBucket } from '../../functions/model/ports/policy-bucket.ts';
import { readPolicy } from '../../functions/policy/read-policy.ts';
import { judgeObserved } from '../../functions/protection/judge-observed.ts';
import { readDays } from '../../functions/report/keep-days.ts';
import { readLastReport } from '../../functions/report/last-report.ts';
import { readReport } from '../../functions/report/read-report.ts';
import { summariseReport } from '../../functions/report/summarise-report.ts';
import { decideRound } from '../../functions/run/decide-round.ts';
import type { Gathered } from '../../functions/run/gather-round.ts';
import { WANTED } from '../functions/treat-one.ts';
import { fuzzerOf } from './fuzz-target.ts';
import { anyMutations, mutateJson } from './mutations.ts';

const NOW = new Date('2026-11-27T03:00:00.000Z');
const AGO = '2026-11-26T03:00:00.000Z';

const OBSERVED = {
  ...{ askedAt: AGO, lastBackup: AGO, timezone: 'Europe/Berlin', standalone: false, tenantStatus: 0 },
  archives: [{ createdOn: AGO, expiresOn: null }],
  ...{ keyAskedAt: AGO, keyMark: '0a1b', key: { expiresAt: null, scope: 'full', isActive: true } },
  quota: { free: 2, used: 1, paid: false, askedAt: AGO },
  unverified: { wish: '0123456789abcdef', shown: '0123456789abcdef', at: AGO },
  writtenAt: AGO,
};
const OUTCOME = {
  ...{ portal: 'acme', action: 'update', status: 'skipped', effect: 'weaken', held: true, firstRun: AGO },
  changes: [{ field: 'backupsStored', from: 3, to: 7 }],
  warnings: [{ code: 'RUNS_AT_ONCE', message: 'x' }],
  error: { code: 'CONTESTED', message: 'x', retryable: false },
  drift: { kind: 'edited', fields: ['backupsStored'] },
  protection: { verdict: 'late', lastBackup: AGO, lastArchive: AGO, due: AGO, bad: true },
  ...{ requests: 3, attempts: 1, since: AGO, repairs: [AGO, AGO, AGO], inPlace: true, contested: true },
  ...{ governedSince: AGO, target: '0123456789abcdef', observed: OBSERVED },
};
const REPORT = {
  ...{ schema: 1, edition: 2, mode: 'apply', startedAt: AGO, trigger: { kind: 'tick', run: 'r' } },
  policies: [
    {
      ...{ policy: 'fleet', file: 's3://b/policies/fleet.yaml', version: 'v1', errors: [], warnings: [] },
      portals: [OUTCOME, { ...OUTCOME, portal: 'globex' }],
      totals: { portals: 2, none: 0, create: 0, update: 0, remove: 0, failed: 0, skipped: 2 },
      ...{ attempt: 1, claims: ['acme', 'globex'], released: [], concerned: ['other'], meaning: 'm' },
      ...{ validVersion: 'v1', shadowed: ['policies/fleet.yml'], remembered: [OUTCOME] },
      guard: {
        exceeded: [],
        digest: '0123456789abcdef',
        approved: true,
        changes: { acme: 'x' },
        used: ['x'],
      },
    },
  ],
  ...{ finishedAt: AGO, ok: false },
};
const DAYS = { schema: 1, until: '2026-11-26', portals: { acme: 'p14b1', globex: 'u1-399' } };

const TEXT = readPolicy(
  Buffer.from(
    'version: 1\ndefaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }\nportals: { acme: , globex: }\n',
  ),
);

/** A stored report of any kind, and everything that the next run, `status` and `why` make of it. */
export const reportsFuzzer = fuzzerOf<readonly [string, string]>({
  name: 'stored reports',
  mostMs: 1_000,
  inputsARound: 200,
  inputs: fc
    .tuple(anyMutations(8), anyMutations(1), anyMutations(2), anyMutations(1))
    .map(
      ([inReport, inText, inDays, inDaysText]) =>
        [mutateJson(REPORT, inReport, inText), mutateJson(DAYS, inDays, inDaysText)] as const,
    ),
  run: async ([text, days]) => {
    readDays(Buffer.from(days));
    const bytes = Buffer.from(text);
    const report = readReport(bytes, NOW);
    const summary = report && report.head.startedAt !== '' && summariseReport(report, NOW);
    if (summary) describeStatus(summary, NOW, colours(true));
    for (const isSameRun of [false, true]) await decide(bytes, isSameRun);
    return [];
  },
});

// --- internal ---

async function decide(bytes: Uint8Array, isSameRun: boolean): Promise<void> {
  const stored = { bytes, etag: '"e"', version: 'v1', isVersioned: true, modifiedAt: NOW };
  const bucket = { read: async () => stored } as unknown as PolicyBucket;
  const last = await readLastReport(bucket, 'fleet', 'v1');
  const gathered: Gathered = {
    ...{
      policy: 'fleet',
      trigger: 'upload',
      last,
      lastValid: undefined,
      isSameRun,
      isOfUpload: true,
      governed: new Map(),
      unlisted: undefined,
      refusals: new Map(),
      toldSelection: NO_SELECTION,
    },
    state: {
      object: undefined,
      conflicts: new Map(),
      kept: new Map(),
      others: [],
      shadowed: [],
      selectable: undefined,
      claims: [],
    },
    text: { reading: TEXT, etag: '"e"', version: 'v1', isVersioned: true },
  };
  const decision = decideRound(gathered);
  if (decision.kind !== 'round') return;
  for (const portal of ['acme', 'globex']) recall(decision.lastOf(portal));
  JSON.stringify([decision.kept, decision.already]);
}

function recall(last: Parameters<typeof rememberPortal>[2]['last']): void {
  const before = { last, target: '0123456789abcdef', now: NOW };
  contestedError(before);
  const unread: PortalOutcome = {
    ...{
      portal: 'acme',
      action: null,
      status: 'failed',
      changes: [],
      warnings: [],
      requests: 1,
      attempts: 1,
    },
  };
  JSON.stringify(rememberPortal(unread, undefined, before));
  judgeObserved(last?.observed ?? {}, {
    ...{ wanted: WANTED, current: WANTED, lastBackup: undefined, isWritten: false, isSameTarget: true },
    ...{ since: last?.since === undefined ? undefined : new Date(last.since), graceHours: 12, now: NOW },
  });
}
