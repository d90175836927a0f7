import { type DigestTime, lastDigestTime } from '../../model/digest-time.ts';
import type { StoredReport } from '../read-report.ts';
import { addCounts, type Batch, batchOf, countNews } from './batch.ts';
import type { Digest, LongTrouble } from './digest.ts';
import type { News } from './events.ts';
import { type ToldPolicy, tellPolicy } from './tell-policy.ts';
import { MOST_REMEMBERED, type ToldMemory } from './told-memory.ts';

export type TellingOptions = {
  readonly now: Date;
  /** Tells this message from others. */
  readonly id: string;
  /** All policies are looked at: those that are not are gone, and a digest may be due. */
  readonly isTick: boolean;
  readonly digest: DigestTime | undefined;
};

export type Telling = {
  /** Looks at a policy's newest report; `undefined`: it has none, or none that can be read. */
  look(policy: string, report: StoredReport | undefined): void;
  /** What is to be sent, if anything, and what people have been told when it is. */
  result(): { readonly memory: ToldMemory; readonly batch: Batch | undefined };
};

/**
 * From what people were told, and what the reports say now, to what is to be told, and what is to be remembered. Pure,
 * and one report at a time, so that no two have to be held at once.
 */
export function openTelling(memory: ToldMemory, { now, id, isTick, digest }: TellingOptions): Telling {
  const policies = new Map<string, ToldPolicy>(isTick ? [] : memory.policies);
  const news: News[] = [];
  const verdicts = new Map<string, number>();
  let portals = 0;
  let remembered = [...memory.policies.values()].reduce((sum, told) => sum + told.portals.size, 0);

  function look(policy: string, report: StoredReport | undefined): void {
    const before = memory.policies.get(policy);
    if (!report) {
      if (before) policies.set(policy, before);
      return;
    }
    const { told, news: more } = tellPolicy(policy, before, report, MOST_REMEMBERED - remembered, now);
    remembered += (told?.portals.size ?? 0) - (before?.portals.size ?? 0);
    if (told) policies.set(policy, told);
    else policies.delete(policy);
    for (const one of more) news.push(one);
    for (const { protection } of report.portals) {
      const verdict = protection?.verdict ?? 'not asked';
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    portals += report.portals.length;
  }

  return {
    look,
    result: () => {
      const week = addCounts(memory.week, countNews(news));
      const due = digest && isTick ? lastDigestTime(digest, now).toISOString() : memory.digestAt;
      // The first one ever comes at its next time: there is no week to tell of yet.
      const isDue = memory.digestAt !== undefined && due !== undefined && due > memory.digestAt;
      const told: Digest | undefined = isDue
        ? {
            since: memory.digestAt ?? null,
            ...{ policies: policies.size, portals, verdicts: Object.fromEntries(verdicts), told: week },
            ...troublesOf(policies),
          }
        : undefined;
      return {
        memory: {
          policies,
          week: isDue ? {} : week,
          digestAt: isDue ? due : (memory.digestAt ?? due),
          unsent: memory.unsent,
        },
        batch: news.length > 0 || told ? batchOf(news, told, id, now.toISOString()) : undefined,
      };
    },
  };
}

/** How many portals and policies are in trouble, as far as people were told. */
export function countTroubles(policies: ToldMemory['policies']): number {
  return troublesOf(policies).inTrouble;
}

// --- internal ---

const MOST_LONGEST = 20;

/** Those that are in trouble, the longest first. */
function troublesOf(policies: ToldMemory['policies']): Pick<Digest, 'inTrouble' | 'longest'> {
  const longest: LongTrouble[] = [];
  for (const [policy, { own, portals }] of policies) {
    for (const [portal, { on }] of [[null, own] as const, ...portals]) {
      const [first] = [...on].sort(([, a], [, b]) => (a.since < b.since ? -1 : 1));
      if (first) longest.push({ trouble: first[0], policy, portal, since: first[1].since });
    }
  }
  longest.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  return { inTrouble: longest.length, longest: longest.slice(0, MOST_LONGEST) };
}
