import { readPolicy } from '../../functions/policy/read-policy.ts';
import type { Day } from './siege-day.ts';
import {
  eachApproved,
  eachLookedAt,
  endsWithReason,
  holdsNoKey,
  logTellsTheSame,
  nothingNeedless,
  onceAKind,
  type SiegeReport,
  sentIsTold,
  tellsOfEach,
  toldIsHeld,
  toldIsSent,
  toldWasKept,
  totalsAddUp,
} from './siege-invariants.ts';
import { ODD, ORDINARY, TRAVELLERS } from './siege-policies.ts';

/** Everything that does not hold at the end of a day, in words. */
export function judgeDay(day: Day): string[] {
  const { world, policies, applies, approvals, storedAtRest } = day;
  const { book, bucket, ends, summaries } = world;
  const all = bucket.keys('reports/').filter((key) => /\/\d{4}-[^/]*\.json$/.test(key));
  const reports = all.map((key) => reportIn(key, bucket.text(key) ?? ''));
  const failed = new Set(ends.filter(({ how }) => how !== 'ok').map(({ run }) => run));
  const ended = new Set(ends.map(({ run }) => run).filter((run) => !failed.has(run)));
  // What a run has sent that died, or lost the bucket, before its report was the newest, no other try can know.
  const known = book.sent.filter(({ run }) => !failed.has(run));
  const keys = world.fleet.portals.flatMap((portal) => portal.keys.map(({ key }) => key));
  const texts = bucket.keys('reports/').map((key) => bucket.text(key) ?? '');
  return [
    ...policies.flatMap(({ name }) => judgePolicy(name, day).map((what) => `${name}: ${what}`)),
    ...reports.flatMap(totalsAddUp),
    ...logTellsTheSame(reports, summaries),
    ...toldIsSent(reports, book.sent),
    ...toldWasKept(reports, book.sent, book.kept),
    ...sentIsTold(reports, book.sent, ended),
    // It does not say what it has: a person's apply may well change nothing.
    ...nothingNeedless(book.needless.filter((portal) => portal !== ODD.hides)),
    ...eachLookedAt(ORDINARY, book.looks),
    ...onceAKind(ODD.forgets, known, applies.get('odd') ?? 0),
    ...onceAKind(ODD.hides, known, applies.get('odd') ?? 0),
    ...eachApproved(
      book.weakened.filter((portal) => portal.startsWith('us-')),
      approvals,
    ),
    ...holdsNoKey(texts, keys),
    ...(storedAtRest > 0 ? [`${storedAtRest} portals were written by the last tick of all`] : []),
  ];
}

// --- internal ---

function judgePolicy(name: string, { world, edits }: Day): string[] {
  const key = `policies/${name}.yaml`;
  const text = world.bucket.text(key);
  if (text === undefined) return [];
  const latest = world.bucket.text(`reports/${name}/latest.json`);
  const report = latest === undefined ? undefined : reportIn(`reports/${name}/latest.json`, latest);
  const valid = readText(text) ?? readText(world.bucket.textOf(key, report?.validVersion) ?? '');
  const targets = valid?.targets ?? [];
  const portals = targets.map(({ portal }) => portal);
  const outcomes = new Map(report?.outcomes.map((outcome) => [outcome.portal, outcome]));
  return [
    ...tellsOfEach(report, world.bucket.version(key) ?? '', portals),
    ...targets.flatMap((target) => {
      const outcome = outcomes.get(target.portal);
      if (!outcome) return [];
      // Nobody asked what it holds, or it does not say.
      const isUnknown = outcome.error?.code === 'CONFLICT' || target.portal === ODD.hides;
      return [
        ...(isUnknown ? [] : toldIsHeld(outcome, target, world.held(target.portal))),
        ...endsWithReason(outcome, target, reasonsOf(target.portal, name, world, edits)),
      ];
    }),
  ];
}

/** Why a portal may not be as wanted at the end of the day. */
function reasonsOf(
  portal: string,
  policy: string,
  { book, bucket }: Day['world'],
  edits: Day['edits'],
): string[] {
  const changed = (edits.get(portal) ?? 0) + (book.struckAtWrite.has(portal) ? 3 : 0);
  const others = ['one', 'two'].filter((name) => name !== policy);
  const isNamedTwice =
    TRAVELLERS.includes(portal) &&
    others.some((name) => bucket.text(`policies/${name}.yaml`)?.includes(`  ${portal}:`));
  return [
    ...(book.struckAtWrite.has(portal) ? ['NOT_VERIFIED'] : []),
    ...(changed >= 3 ? ['CONTESTED'] : []),
    ...(portal.startsWith('us-') ? ['GUARDED'] : []),
    ...(isNamedTwice ? ['CONFLICT'] : []),
    ...(REASONS[portal] ?? []),
  ];
}

const REASONS: Readonly<Record<string, readonly string[]>> = {
  [ODD.forgets]: ['NOT_VERIFIED', 'CONTESTED'],
  [ODD.hides]: ['NOT_VERIFIED', 'CONTESTED'],
  [ODD.late]: ['WOULD_NOT_RUN'],
  [ODD.noStorage]: ['STORAGE_NOT_READY'],
  [ODD.noKey]: ['KEY_NOT_FOUND'],
  [ODD.twin]: ['CONFLICT'],
  [ODD.other]: ['CONFLICT'],
  [ODD.unpaid]: ['PAYMENT_REQUIRED'],
  [ODD.quota]: ['QUOTA_EXHAUSTED', 'CONTESTED'],
};

function readText(text: string) {
  return readPolicy(new TextEncoder().encode(text)).policy;
}

function reportIn(key: string, text: string): SiegeReport & { readonly validVersion: string | undefined } {
  const { trigger, policies } = JSON.parse(text);
  const [{ version, totals, portals, validVersion }] = policies;
  return { address: `s3://siege/${key}`, run: trigger.run, version, totals, outcomes: portals, validVersion };
}
