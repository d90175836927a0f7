import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode, HELD_CODES } from '../../../functions/model/portal-error.ts';
import { isBad, VERDICTS, type Verdict } from '../../../functions/model/protection.ts';
import type { LocalPortal } from '../../../local/docspace/local-portal.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { runCli } from '../../cli/run-cli.ts';
import { BUCKET, type Deployment, deploy } from '../deployment.ts';
import { ago, DAY, editReport, giveArchive, HOUR, run, storedAs } from '../protected-portals.ts';
import '../patience.ts';

/**
 * What the report, the log, the metrics, the function's answer and `policy-sync status` say of one portal is one word.
 * Every code and every verdict is made to happen: a new one fails here until it is.
 */

type Making = {
  readonly setup?: Partial<PortalSetup>;
  /** Of its secret. */
  readonly secret?: string | { readonly error: string };
  /** What the policy says of it besides. */
  readonly policy?: string;
  /** Between the upload and the tick. */
  readonly before?: (portal: LocalPortal) => void;
  /** What the report of the upload then says. */
  readonly remembered?: (outcome: Record<string, unknown>) => void;
};

/** Nobody waits for it in this run. */
const LATER = { 'retry-after': '3600' };
const status = (code: number, headers = {}): Making => ({
  setup: { fault: { kind: 'status', status: code, headers } },
});
const fault = (one: PortalFault): Making => ({ setup: { fault: one } });
const weaker = (portal: LocalPortal) => portal.setSchedule({ ...storedAs(portal.name), backupsStored: 30 });
const edited = (portal: LocalPortal) => portal.setSchedule({ ...storedAs(portal.name), backupsStored: 3 });

/** Null: no tick can be made to tell it; those have their test in run/one-word.test.ts. */
const CODES: Readonly<Record<ErrorCode, Making | null>> = {
  KEY_NOT_FOUND: { secret: { error: 'ResourceNotFoundException' } },
  KEY_MALFORMED: { secret: 'nonsense' },
  KEY_DENIED: { secret: { error: 'AccessDeniedException' } },
  KEY_UNAVAILABLE: { secret: { error: 'InternalServiceError' } },
  HOST_NOT_ALLOWED: { secret: '{"url":"https://evil.example","apiKey":"sk-1"}' },
  DESTINATION_NOT_ALLOWED: { policy: 'storageParams: { module: s3, bucket: evil }' },
  UNAUTHORIZED: status(401),
  PAYMENT_REQUIRED: status(402),
  FORBIDDEN: status(403),
  NOT_FOUND: status(404),
  REJECTED: status(409),
  RATE_LIMITED: status(429, LATER),
  SERVER_ERROR: status(503, LATER),
  TIMEOUT: fault({ kind: 'hang' }),
  UNREACHABLE: { secret: '{"url":"http://127.0.0.1:1","apiKey":"sk-1"}' },
  UNEXPECTED_ANSWER: fault({ kind: 'html' }),
  NOT_VERIFIED: fault({ kind: 'forgets', on: 'write' }),
  CONFLICT: {},
  SUPERSEDED: null,
  INTERRUPTED: null,
  GUARDED: { before: weaker },
  CONTESTED: {
    before: edited,
    remembered: (outcome) => {
      outcome.contested = true;
    },
  },
  INTERNAL_ERROR: null,
  WOULD_NOT_RUN: {
    setup: { timezone: 'America/New_York' },
    policy: 'cronParams: { period: EveryDay, hour: 22 }',
  },
  STORAGE_NOT_READY: { setup: { storages: [] } },
  QUOTA_EXHAUSTED: {
    before: (portal) => portal.setSchedule(undefined),
    remembered: (outcome) => {
      const quota = { free: 2, used: 2, paid: false, askedAt: ago(60_000).toISOString() };
      outcome.observed = { standalone: false, quota };
    },
  },
};

const WELL: Making = { setup: { standalone: true } };
const PROTECTION: Readonly<Record<Verdict, Making>> = {
  proven: { ...WELL, before: (portal) => run(portal, 2 * HOUR) },
  claimed: { ...WELL, before: (portal) => portal.setSchedule(storedAs(portal.name, 14 * HOUR)) },
  late: { ...WELL, before: (portal) => giveArchive(portal, 3 * DAY) },
  never: WELL,
  unprotected: { ...WELL, policy: 'mode: detect', before: (portal) => portal.setSchedule(undefined) },
  unknown: fault({ kind: 'status', status: 500, on: 'other' }),
  retired: { ...WELL, policy: 'state: absent' },
};

const nameOf = (word: string) => word.toLowerCase().replaceAll('_', '-');
const MADE: readonly (readonly [string, Making])[] = [
  ...Object.entries(CODES).flatMap(([code, making]) => (making ? [[nameOf(code), making] as const] : [])),
  ...Object.entries(PROTECTION).map(([verdict, making]) => [nameOf(verdict), making] as const),
  ['absent-and-away', { policy: 'state: absent', setup: { fault: { kind: 'status', status: 404 } } }],
  ['detected', { policy: 'mode: detect', before: edited }],
  ['written', { before: edited }],
];
const NAMES = MADE.map(([name]) => name);

const POLICY = [
  'version: 1',
  'guard: { maxWeaken: 0, maxRemove: 0 }',
  'defaults:',
  '  storageType: ThirdPartyConsumer',
  '  storageParams: { module: s3, bucket: acme-backups, subdir: "{portal}" }',
  '  backupsStored: 7',
  '  cronParams: { period: EveryDay, hour: 3 }',
  'portals:',
  ...MADE.map(([name, { policy = '' }]) => `  ${name}: { ${policy} }`),
  '',
].join('\n');
const OTHER = POLICY.slice(0, POLICY.indexOf('portals:')).concat('portals: { conflict: }\n');

let world: Deployment;
const portals = () => world.report('fleet').policies[0].portals;

beforeAll(async () => {
  const env = { KEY_CACHE_SECONDS: '0', REQUEST_TIMEOUT_SECONDS: '1', PORTAL_TIMEOUT_SECONDS: '2' };
  world = await deploy(
    MADE.map(([name, { setup }]) => ({ name, ...setup })),
    env,
  );
  for (const [name, { secret }] of MADE) {
    const id = `docspace/portals/${name}`;
    if (typeof secret === 'string') world.aws.secrets.put(id, secret);
    else if (secret?.error === 'ResourceNotFoundException') world.aws.secrets.remove(id);
    else if (secret) world.aws.secrets.setError(id, secret.error);
  }
  // It governs the portal that the policy names, too.
  await world.upload('policies/other.yaml', OTHER);
  await world.upload('policies/fleet.yaml', POLICY);
  for (const [name, { before }] of MADE) before?.(world.fleet.portal(name));
  const remembered = new Map(MADE.map(([name, making]) => [name, making.remembered]));
  editReport(world, 'fleet', (outcome) => remembered.get(String(outcome.portal))?.(outcome));
  world.fn.lines.length = 0;
  await world.tick();
});
afterAll(() => world.close());

describe('of every portal', () => {
  test('each code and each verdict is told', () => {
    expect(Object.keys(CODES).sort()).toEqual([...ERROR_CODES].sort());
    expect(Object.keys(PROTECTION).sort()).toEqual([...VERDICTS].sort());
    const told = new Map(portals().map(({ portal, error }) => [portal, error?.code]));
    const made = Object.entries(CODES).filter(([, making]) => making);
    expect(Object.fromEntries(made.map(([code]) => [code, told.get(nameOf(code))]))).toEqual(
      Object.fromEntries(made.map(([code]) => [code, code])),
    );
    const verdicts = new Map(portals().map(({ portal, protection }) => [portal, protection?.verdict]));
    expect(VERDICTS.map((verdict) => verdicts.get(nameOf(verdict)))).toEqual(VERDICTS);
  });

  test('the log has a line with the same words, but of those that are plainly well', () => {
    const lines = world.log().filter(({ message, policy }) => message === 'portal' && policy === 'fleet');
    const isWell = ({ action, status: word, bad }: Said) => action === 'none' && word === 'done' && !bad;
    const bad = lines.map((line) => [line.portal, saidBy(line)]);
    expect(Object.fromEntries(bad)).toEqual(
      Object.fromEntries(
        portals()
          .map((outcome) => [outcome.portal, saidOf(outcome)] as const)
          .filter(([, said]) => !isWell(said))
          .map(([portal, { bad: _, ...said }]) => [portal, said]),
      ),
    );
    const warned = lines.filter(({ level }) => level === 'WARN').map(({ portal }) => portal);
    expect(warned.sort()).toEqual(
      namesOf((one) => (one.status !== 'planned' && one.error !== null) || one.bad),
    );
  });

  test('the metrics count what the report says', () => {
    const [counts = {}] = world.log().filter((line) => 'FailedPortals' in line && line.policy === 'fleet');
    expect({
      FailedPortals: counts.FailedPortals,
      SkippedPortals: counts.SkippedPortals,
      HeldPortals: counts.HeldPortals,
      PlannedPortals: counts.PlannedPortals,
      UnprotectedPortals: counts.UnprotectedPortals,
      UnchangedPortals: counts.UnchangedPortals,
      WrittenPortals: counts.WrittenPortals,
    }).toEqual({
      FailedPortals: namesOf((one) => one.status === 'failed').length,
      SkippedPortals: namesOf((one) => one.status === 'skipped').length,
      HeldPortals: namesOf((one) => one.held).length,
      PlannedPortals: namesOf((one) => one.status === 'planned').length,
      UnprotectedPortals: namesOf((one) => one.bad).length,
      UnchangedPortals: namesOf((one) => one.status === 'done' && one.action === 'none').length,
      WrittenPortals: namesOf((one) => one.status === 'done' && one.action !== 'none').length,
    });
    expect(counts.HeldPortals).toBeGreaterThanOrEqual(6);
  });

  test('the line of the run, and the report, count the same', () => {
    const { totals } = world.report('fleet').policies[0];
    expect(world.log().find(({ message, policy }) => message === 'run' && policy === 'fleet')).toMatchObject({
      totals,
      ok: world.report('fleet').ok,
      unprotected: namesOf((one) => one.bad).length,
    });
    expect(totals.portals).toBe(NAMES.length);
    expect(totals.failed).toBe(namesOf((one) => one.status === 'failed').length);
    expect(totals.skipped).toBe(namesOf((one) => one.status === 'skipped').length);
  });

  test('docs/operations.md has each code at the alarm that it rings', () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    const codesOf = (alarm: string) => {
      const [, part = ''] = page.split(`\n### ${alarm}\n`);
      const rows = (part.split('\n##')[0] ?? '').split('\n').filter((line) => /^\| `[A-Z]/.test(line));
      return rows.flatMap((row) =>
        Array.from((row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g), ([, word]) => word),
      );
    };
    const ofStatus = (word: string) =>
      portals().flatMap(({ status: its, error }) => (its === word && error ? [error.code] : []));
    const failed = new Set([...ofStatus('failed'), 'INTERNAL_ERROR']);
    expect(new Set(codesOf('PortalsFailed'))).toEqual(failed);
    expect(new Set(codesOf('PortalsHeld'))).toEqual(new Set(HELD_CODES));
    expect(new Set(ofStatus('skipped'))).toEqual(new Set(HELD_CODES));
    expect(page).toContain('`INTERRUPTED` and `SUPERSEDED` are no failure');
    const told = new Set([...failed, ...HELD_CODES, 'INTERRUPTED', 'SUPERSEDED']);
    expect(told).toEqual(new Set(ERROR_CODES));
  });

  test('docs/operations.md has each bad verdict', () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    for (const verdict of VERDICTS) expect(page.includes(`\n| \`${verdict}\` |`)).toBe(isBad({ verdict }));
  });

  test('status tells the same words', async () => {
    const { out } = await runCli(['status', `s3://${BUCKET}`, '--json'], world.aws.env());
    const told = JSON.parse(out).policies.find(({ policy }: { policy: string }) => policy === 'fleet');
    const left = portals().filter(({ status: word }) => word === 'failed' || word === 'skipped');
    expect(told.failed).toMatchObject(
      left.slice(0, told.failed.length).map(({ portal, status: word, error }) => ({
        portal,
        status: word,
        code: error?.code,
      })),
    );
    expect(told.failed.length + told.failedNotShown).toBe(left.length);
    expect(told.protection).toEqual(countsOf(portals().map(({ protection }) => protection?.verdict)));
    expect(told.totals).toEqual(world.report('fleet').policies[0].totals);
    expect(told.planned).toBe(namesOf((one) => one.status === 'planned').length);
  });
});

// --- internal ---

type Outcome = ReturnType<typeof portals>[number] & { held?: boolean };
type Said = ReturnType<typeof saidOf>;

function saidOf({ action, status: word, error, held = false, protection }: Outcome) {
  const { verdict, bad = false } = (protection ?? {}) as { verdict?: string; bad?: boolean };
  return { action, status: word, error: error?.code ?? null, held, verdict, bad };
}

function saidBy(line: Record<string, unknown>) {
  // The logger leaves out what is null.
  const { action = null, status: word, error, held = false, verdict } = line;
  return {
    action,
    status: word,
    error: (error as { code?: string } | undefined)?.code ?? null,
    held,
    verdict,
  };
}

function namesOf(fits: (said: Said) => boolean): string[] {
  return portals()
    .filter((outcome) => fits(saidOf(outcome)))
    .map(({ portal }) => portal)
    .sort();
}

function countsOf(words: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) if (word !== undefined) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
