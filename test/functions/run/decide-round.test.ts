import { describe, expect, it } from 'vitest';
import { isSameTarget } from '../../../functions/drift/repair-limit.ts';
import { NO_SELECTION } from '../../../functions/model/policy-claims.ts';
import { PortalError } from '../../../functions/model/portal-error.ts';
import type { StoredOutcome } from '../../../functions/model/portal-memory.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import type { LastReport } from '../../../functions/report/last-report.ts';
import { decideRound, type RoundDecision } from '../../../functions/run/decide-round.ts';
import type { Gathered } from '../../../functions/run/gather-round.ts';
import type { PolicyText } from '../../../functions/run/policy-text.ts';

const YAML = `version: 1
defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
portals:
  a:
  b:
  c:
`;

function textOf(yaml: string, version: string): PolicyText {
  return { reading: readPolicy(Buffer.from(yaml)), etag: `"${version}"`, version, isVersioned: true };
}

function outcome(portal: string, more: Partial<StoredOutcome> = {}): StoredOutcome {
  const done = {
    portal,
    action: 'none',
    status: 'done',
    changes: [],
    warnings: [],
    requests: 1,
    attempts: 1,
  };
  return { ...done, ...more } as StoredOutcome;
}

function failed(portal: string, code: string, retryable: boolean): StoredOutcome {
  return outcome(portal, {
    status: 'failed',
    error: { code, message: '', retryable },
  } as Partial<StoredOutcome>);
}

function report(outcomes: readonly StoredOutcome[], more: Partial<LastReport> = {}): LastReport {
  const names = outcomes.map(({ portal }) => portal);
  return {
    ...{
      etag: '"r"',
      startedAt: '2026-11-26T03:00:00.000Z',
      file: 's3://b/policies/fleet.yaml',
      version: 'v1',
    },
    ...{
      attempt: 1,
      claims: names,
      released: [],
      concerned: [],
      meaning: undefined,
      validVersion: 'v1',
      remembered: [],
    },
    outcomes,
    ...more,
  } as LastReport;
}

function gathered(more: Partial<Gathered> = {}): Gathered {
  const state = {
    object: undefined,
    conflicts: new Map(),
    kept: new Map(),
    others: [],
    shadowed: [],
    selectable: undefined,
    claims: [],
  };
  const text = textOf(YAML, 'v1');
  return {
    policy: 'fleet',
    trigger: 'upload',
    state,
    text,
    lastValid: undefined,
    last: undefined,
    governed: new Map(),
    unlisted: undefined,
    refusals: new Map(),
    toldSelection: NO_SELECTION,
    isSameRun: false,
    isOfUpload: true,
    ...more,
  };
}

function decided(more: Partial<Gathered> = {}): RoundDecision {
  const decision = decideRound(gathered(more));
  if (decision.kind !== 'round') throw new Error('nothing to do');
  return decision;
}

const names = ({ now }: RoundDecision) => now.map(({ target }) => target.portal);

describe('decideRound', () => {
  it('treats every portal of a new text, those that failed last time last', () => {
    const last = report([failed('a', 'TIMEOUT', true), outcome('b'), outcome('c')], { version: 'v0' });
    expect(names(decided({ last }))).toEqual(['b', 'c', 'a']);
    expect(decided({ last })).toMatchObject({ isRetry: false, attempt: 1, kept: [] });
  });

  it('takes up what the last try of the same version left undone, and keeps the rest', () => {
    const last = report([failed('a', 'TIMEOUT', true), outcome('b'), failed('c', 'FORBIDDEN', false)]);
    const decision = decided({ last, isSameRun: true });
    expect(names(decision)).toEqual(['a']);
    expect(decision.kept.map(({ portal }) => portal)).toEqual(['b', 'c']);
    expect(decision).toMatchObject({ isRetry: true, attempt: 2 });
  });

  it('counts what an earlier try wrote for the guards', () => {
    const written = outcome('b', { action: 'update', effect: 'weaken' });
    expect(
      decided({ isSameRun: true, last: report([failed('a', 'TIMEOUT', true), written]) }).already,
    ).toEqual([{ portal: 'b', effect: 'weaken', runsAtOnce: false }]);
  });

  it('looks again at what a guard held, and where a conflict began or ended', () => {
    const last = report([failed('a', 'GUARDED', false), failed('b', 'CONFLICT', false), outcome('c')]);
    const conflicts = new Map([['c', new PortalError('CONFLICT', 'x')]]);
    const decision = decided({
      last,
      isSameRun: true,
      state: {
        object: undefined,
        conflicts,
        kept: new Map(),
        others: [],
        shadowed: [],
        selectable: undefined,
        claims: [],
      },
    });
    expect(new Set(names(decision))).toEqual(new Set(['a', 'b', 'c']));
    expect(decision.now.find(({ target }) => target.portal === 'c')?.refusal?.code).toBe('CONFLICT');
  });

  it('looks at every portal where another event tells of the same version', () => {
    const last = report([failed('a', 'TIMEOUT', true), outcome('b'), outcome('c')]);
    expect(names(decided({ last }))).toEqual(['b', 'c', 'a']);
    expect(decided({ last })).toMatchObject({ isRetry: false, attempt: 1, kept: [] });
  });

  it('has nothing left for a retry of a run that did everything', () => {
    const done = [outcome('a'), outcome('b'), outcome('c')];
    const last = report(done, { concerned: ['other', 'gone'], released: ['x'] });
    const others = [{ policy: 'other', portals: [] }];
    const state = {
      object: undefined,
      conflicts: new Map(),
      kept: new Map(),
      others,
      shadowed: [],
      selectable: undefined,
      claims: [],
    };
    expect(decideRound(gathered({ last, isSameRun: true, state }))).toEqual({
      kind: 'settled',
      concerned: ['other'],
      letGo: ['x'],
    });
  });

  it('begins with portals that had no turn last time, and new ones', () => {
    const last = report([outcome('a'), failed('b', 'INTERRUPTED', true)]);
    expect(names(decided({ last, trigger: 'tick', isOfUpload: false }))).toEqual(['b', 'c', 'a']);
  });

  it('is no retry at a tick: every portal is looked at', () => {
    const decision = decided({
      last: report([outcome('a'), outcome('b'), outcome('c')]),
      trigger: 'tick',
      isOfUpload: false,
    });
    expect(names(decision)).toEqual(['a', 'b', 'c']);
    expect(decision).toMatchObject({ isRetry: false, attempt: 1 });
  });

  it('goes on with the last valid text, and still claims its portals', () => {
    const broken = textOf('version: 1\nportals: [', 'v2');
    const decision = decided({
      text: broken,
      lastValid: textOf(YAML, 'v1'),
      trigger: 'tick',
      isOfUpload: false,
    });
    expect(decision).toMatchObject({ appliedVersion: 'v1', wantedVersion: 'v1', claims: ['a', 'b', 'c'] });
  });

  it('keeps what an invalid text claimed before, and treats nobody', () => {
    const decision = decided({ text: textOf('version: 1\nportals: [', 'v2'), last: report([outcome('a')]) });
    expect(decision).toMatchObject({ wanted: undefined, claims: ['a'], released: [], now: [] });
  });

  it('lets go of portals that are named no more, and tells the policies that wait for them', () => {
    const others = [{ policy: 'other', portals: ['x'] }];
    const state = {
      object: undefined,
      conflicts: new Map(),
      kept: new Map(),
      others,
      shadowed: [],
      selectable: undefined,
      claims: [],
    };
    expect(decided({ state, last: report([outcome('x'), outcome('a')], { version: 'v0' }) })).toMatchObject({
      released: ['x'],
      concerned: ['other'],
    });
  });

  it('has nothing to do for a policy that was never there', () => {
    expect(decideRound(gathered({ text: undefined }))).toEqual({ kind: 'nothing', concerned: [], letGo: [] });
  });

  it('knows which portals the policy wants to be what it wanted, whatever else of it was edited', () => {
    const now = new Date('2026-11-27T03:00:00Z');
    const target = decided().beforeOf('a', now).target;
    const last = report([outcome('a', { target }), outcome('b', { target }), outcome('c')]);
    const edited = textOf(YAML.replace('  b:', '  b: { backupsStored: 9 }'), 'v2');
    const { beforeOf } = decided({ text: edited, last });
    expect(['a', 'b', 'c', 'new'].map((portal) => isSameTarget(beforeOf(portal, now)))).toEqual([
      ...[true, false, true, false],
    ]);
  });

  it('knows since when the policy governs a portal, also where its report is lost', () => {
    const since = '2026-11-20T03:00:00.000Z';
    const { beforeOf } = decided({ governed: new Map([['a', since]]) });
    expect(beforeOf('a', new Date())).toMatchObject({ last: undefined, governedSince: since });
  });

  it('looks again where another policy began, or ceased, to name a portal that the policy keeps', () => {
    const warning = { code: 'CONFLICT', message: 'named by "x", too' } as const;
    const last = report([outcome('a', { warnings: [warning] }), outcome('b', { warnings: [warning] })]);
    const kept = new Map([
      ['b', warning],
      ['c', warning],
    ]);
    const state = {
      object: undefined,
      conflicts: new Map(),
      kept,
      others: [],
      shadowed: [],
      selectable: undefined,
      claims: [],
    };
    const lasting = { ...last, outcomes: [...last.outcomes, outcome('c')] };
    const decision = decided({ last: lasting, isSameRun: true, state });
    expect(new Set(names(decision))).toEqual(new Set(['a', 'c']));
    expect(decision.kept.map(({ portal }) => portal)).toEqual(['b']);
  });
});
