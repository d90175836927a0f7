import type { GuardVerdict } from '../../functions/fleet/judge-changes.ts';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Verdict } from '../../functions/model/protection.ts';
import type { Verb } from '../request.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import { wordFor } from '../words/describe-outcome.ts';
import type { Tally } from '../words/summarise-policy.ts';
import { type Group, groupOutcomes, type Member } from './group-outcomes.ts';
import { type Shared, share, sharedBy, told } from './shared-text.ts';

/** What a run came to, as far as people are told: a few groups, however many portals there are. */
export type Account = {
  readonly verb: Verb;
  readonly policies: readonly PolicyAccount[];
  readonly groups: readonly Group[];
  /** By code, those first that most portals share. */
  readonly warnings: readonly SharedWarning[];
};

export type PolicyAccount = {
  readonly loaded: LoadedPolicy;
  readonly portals: number;
  readonly tally: Tally;
  readonly verdicts: ReadonlyMap<Verdict, number>;
  readonly guard: GuardVerdict | undefined;
  /** What apply does with the portals that differ, or did. */
  readonly deeds: Deeds;
};

export type Deeds = {
  /** Written, or to be written. */
  readonly writes: number;
  /** By the code that holds them. */
  readonly holds: ReadonlyMap<string, number>;
  /** They differ, and are only watched. */
  readonly watches: number;
  /** Of all that differ, and were not skipped: how many may start a backup within minutes, and how many lose archives, or may. */
  readonly startNow: number;
  readonly lose: number;
  readonly mayLose: number;
};

/** A warning of many portals, told once. */
export type SharedWarning = {
  readonly code: string;
  readonly message: Shared;
  readonly members: readonly Member[];
};

export type AccountBook = {
  policyBegin(): void;
  outcome(outcome: PortalOutcome): void;
  policyEnd(loaded: LoadedPolicy, portals: number, guard: GuardVerdict | undefined): PolicyAccount;
  account(verb: Verb): Account;
};

export function openAccountBook(): AccountBook {
  const policies: PolicyAccount[] = [];
  const grouping = groupOutcomes();
  const warnings = new Map<string, { readonly message: Shared; readonly members: Member[] }>();
  let page = emptyPage();

  function warn(outcome: PortalOutcome): void {
    const { portal, status } = outcome;
    // What a write would do is no warning where it was not made.
    if (status === 'skipped') return;
    for (const { code, message } of outcome.warnings) {
      const text = told(message, portal, true);
      const known = warnings.get(code);
      if (!known) warnings.set(code, { message: sharedBy(text), members: [] });
      else share(known.message, text);
      warnings.get(code)?.members.push({ policy: policies.length, portal });
    }
  }

  return {
    policyBegin: () => {
      page = emptyPage();
    },
    outcome: (outcome) => {
      grouping.add(policies.length, outcome);
      warn(outcome);
      enter(page, outcome);
    },
    policyEnd: (loaded, portals, guard) => {
      const { tally, verdicts, ...deeds } = page;
      const policy = { loaded, portals, tally, verdicts, guard, deeds };
      policies.push(policy);
      return policy;
    },
    account: (verb) => ({
      verb,
      policies,
      groups: grouping.groups(),
      warnings: [...warnings]
        .map(([code, shared]) => ({ code, ...shared }))
        .sort((a, b) => b.members.length - a.members.length),
    }),
  };
}

// --- internal ---

type Page = ReturnType<typeof emptyPage>;

function emptyPage() {
  return {
    tally: new Map() as Tally,
    verdicts: new Map<Verdict, number>(),
    holds: new Map<string, number>(),
    writes: 0,
    watches: 0,
    startNow: 0,
    lose: 0,
    mayLose: 0,
  };
}

function enter(page: Page, outcome: PortalOutcome): void {
  const { status, action, held, mode, error, effect, protection, warnings } = outcome;
  add(page.tally, wordFor(outcome));
  if (protection) add(page.verdicts, protection.verdict);
  if (held) add(page.holds, error?.code ?? 'GUARDED');
  else if (status === 'planned' && mode === 'detect') page.watches++;
  else if (status === 'planned' || (status === 'done' && action !== 'none')) page.writes++;
  // A failed write may have been done: what it would do is no less worth telling.
  if (!effect || status === 'skipped') return;
  const has = (sought: string) => warnings.some(({ code }) => code === sought);
  if (has('RUNS_AT_ONCE')) page.startNow++;
  if (has('DELETES_ARCHIVES')) page.lose++;
  if (has('MAY_DELETE_ARCHIVES')) page.mayLose++;
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
