import { describe, expect, it } from 'vitest';
import { approvalsOf, countChanges, guardEntry } from '../../../functions/fleet/judge-changes.ts';
import { rememberApprovals } from '../../../functions/fleet/remember-approvals.ts';
import { type ApprovalMemory, NOTHING_TOLD } from '../../../functions/model/approval-memory.ts';
import { DEFAULT_GUARD } from '../../../functions/model/guard.ts';
import type { ChangeToMake } from '../../../functions/model/planned-change.ts';
import { approvalsEntry, approvalsIn } from '../../../functions/report/stored-approvals.ts';
import { WANTED } from '../treat-one.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'];

/** To keep seven copies in place of so many. */
const weaken = (portal: string, from = 14): ChangeToMake => ({
  ...{ portal, current: { ...WANTED, backupsStored: from }, wanted: WANTED },
  ...{ effect: 'weaken', runsAtOnce: false },
});

type Run = {
  readonly planned: readonly (string | ChangeToMake)[];
  readonly approve?: string;
  readonly approvals?: readonly string[];
  /** Portals whose write does not come to its end, though it may go. */
  readonly failing?: readonly string[];
  /** Portals that nobody could read. */
  readonly down?: readonly string[];
  readonly claims?: readonly string[];
};

/** Runs one after the other over a small fleet, of which one portal may be weakened; each reads what the last one stored. */
function openRuns(names = [...FIVE, 'f', 'g', 'h']) {
  let memory: ApprovalMemory | undefined = NOTHING_TOLD;
  return {
    run: ({ planned, approve, approvals, failing = [], down = [], claims = names }: Run) => {
      const said = { approve, approvals: approvals && new Set(approvals), memory };
      const count = countChanges({ guard: DEFAULT_GUARD, portals: 8, ...said });
      const changes = planned.map((one) => (typeof one === 'string' ? weaken(one) : one));
      for (const [place, change] of changes.entries()) count.add(change, place);
      const verdict = count.judge();
      const left = changes.map(({ portal }) => portal).filter((portal) => !verdict.mayGo(portal));
      const away = new Set([...left, ...failing, ...down]);
      const told = verdict.exceeded.length > 0 ? verdict : undefined;
      const after = rememberApprovals(memory ?? NOTHING_TOLD, {
        ...{ verdict: told, approvals: approvalsOf(said), claims, spent: [] },
        inPlace: new Set(names.filter((name) => !away.has(name))),
      });
      const stored = {
        ...(told && { guard: guardEntry({ ...told, used: after.used }) }),
        ...approvalsEntry(after, told),
      };
      memory = approvalsIn(JSON.parse(JSON.stringify(stored)));
      return { ...verdict, left };
    },
    forget: () => {
      memory = undefined;
    },
  };
}

describe('an approval', () => {
  it('covers what is left of its set, and nothing that has joined since', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    expect(run({ planned: FIVE, approve: digest, failing: ['d', 'e'] })).toMatchObject({
      isLetThrough: true,
      digest,
    });
    const joined = run({ planned: ['d', 'e', 'f'], approve: digest, failing: ['e'] });
    expect(joined).toMatchObject({ left: ['f'], isLetThrough: false, approval: undefined });
    expect([...joined.changes.keys()]).toEqual(['f']);
    expect(joined.digest).not.toBe(digest);
    const last = run({ planned: ['e', 'f', 'g'], approve: digest });
    expect(last).toMatchObject({ left: ['f', 'g'] });
    expect(run({ planned: ['f', 'g'], approve: digest })).toMatchObject({
      approval: 'used',
      left: ['f', 'g'],
    });
    expect(run({ planned: ['f', 'g'], approve: last.digest })).toMatchObject({ left: [] });
  });

  it('covers a portal that was down, when it is back', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    run({ planned: ['a', 'b', 'c'], approve: digest, down: ['d', 'e'] });
    expect(run({ planned: ['d', 'e'], approve: digest })).toMatchObject({ left: [], digest });
  });

  it('counts of a set that was told before the last report, too', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    run({ planned: [...FIVE, 'f'] });
    expect(run({ planned: [...FIVE, 'f'], approve: digest })).toMatchObject({ left: ['f'] });
  });

  it('is used up by what reads as wanted: what drifts back is asked for again, under a number', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    run({ planned: FIVE, approve: digest, failing: ['e'] });
    expect(run({ planned: ['a', 'e'], approve: digest })).toMatchObject({ left: ['a'] });
    run({ planned: [], approve: digest });
    const again = run({ planned: FIVE, approve: digest });
    expect(again).toMatchObject({ digest: `${digest}-2`, approval: 'used', left: FIVE });
    expect(run({ planned: FIVE, approve: `${digest}-2` })).toMatchObject({ left: [] });
    run({ planned: [], approve: digest });
    const third = run({ planned: FIVE, approve: `${digest}-2` });
    expect(third).toMatchObject({ digest: `${digest}-3`, approval: 'used', left: FIVE });
  });

  it('is used, too, where the run that made the changes died before its report', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    expect(run({ planned: ['d'], approve: digest })).toMatchObject({ left: [] });
    expect(run({ planned: FIVE, approve: digest })).toMatchObject({ digest: `${digest}-2`, left: FIVE });
  });

  it('covers no schedule that changed meanwhile', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    const moved = run({ planned: ['a', 'b', weaken('c', 21)], approve: digest });
    expect(moved).toMatchObject({ left: ['c'] });
  });

  it('covers no portal that the policy had let go', () => {
    const { run } = openRuns();
    const { digest } = run({ planned: FIVE });
    run({ planned: ['c', 'd', 'e'], claims: ['c', 'd', 'e'], failing: ['c', 'd', 'e'], down: ['a', 'b'] });
    expect(run({ planned: [...FIVE, 'f'], approve: digest })).toMatchObject({ left: ['a', 'b', 'f'] });
  });

  it('that no report has told has to fit the whole planned set', () => {
    const { digest } = openRuns().run({ planned: FIVE });
    const { run } = openRuns();
    expect(run({ planned: ['a', 'b'], approve: digest })).toMatchObject({
      left: ['a', 'b'],
      approval: 'foreign',
    });
    expect(run({ planned: [...FIVE, 'f'], approve: digest }).left).toHaveLength(6);
    expect(run({ planned: FIVE, approve: digest })).toMatchObject({ left: [] });
  });

  it('at a terminal is taken without its number, and never for used', () => {
    const { run, forget } = openRuns();
    forget();
    const { digest, approval } = run({ planned: FIVE });
    expect(approval).toBe('none');
    forget();
    expect(run({ planned: FIVE, approve: `${digest}-7` })).toMatchObject({ digest, left: [] });
    forget();
    expect(run({ planned: ['a', 'b'], approve: digest })).toMatchObject({ approval: 'foreign' });
  });

  it('may be one of several in the bucket', () => {
    const { run } = openRuns();
    const one = run({ planned: ['a', 'b'], approvals: [] });
    const two = run({ planned: ['c', 'd'], approvals: [], down: ['a', 'b'] });
    const both = run({ planned: ['a', 'b', 'c', 'd', 'e'], approvals: [one.digest, two.digest] });
    expect(both).toMatchObject({ left: ['e'] });
    const after = run({ planned: ['e', 'f'], approvals: [one.digest, two.digest], approve: both.digest });
    expect(after).toMatchObject({ left: ['e', 'f'], approval: 'used' });
  });
});

describe('what is remembered', () => {
  it('of a report of an earlier release has no sets: its digests have to fit the whole', () => {
    expect(approvalsIn({ guard: { digest: '0123456789abcdef' } })).toEqual(NOTHING_TOLD);
  });

  it('has an end, and keeps what is approved', () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `p${index}`);
    const set = new Map(names.map((name) => [name, 'hash']));
    const about = { inPlace: new Set<string>(), claims: names, spent: [], approvals: new Set(['first']) };
    let memory = NOTHING_TOLD;
    for (const digest of ['first', ...names.slice(0, 30)])
      memory = rememberApprovals(memory, { ...about, verdict: { digest, changes: set } });
    const told = [...memory.told];
    expect(told.reduce((sum, [, changes]) => sum + changes.size, 0)).toBeLessThanOrEqual(21_500);
    expect(told.map(([label]) => label).slice(0, 2)).toEqual(['p29', 'first']);

    const small = { ...about, claims: ['p0'] };
    const one = new Map([['p0', 'hash']]);
    for (const digest of names.slice(0, 50))
      memory = rememberApprovals(memory, { ...small, verdict: { digest, changes: one } });
    expect(memory.told.size).toBeLessThanOrEqual(20);
    expect(memory.told.has('first')).toBe(true);
    for (const digest of ['first', ...names])
      memory = rememberApprovals(memory, { ...small, verdict: undefined, spent: [digest] });
    expect(memory.used.length).toBeLessThanOrEqual(1_001);
    expect(memory.used).toContain('first');
  });
});
