import { describe, expect, it } from 'vitest';
import { NO_SELECTION } from '../../../functions/model/policy-claims.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { decideRound, type RoundDecision } from '../../../functions/run/decide-round.ts';
import type { Gathered } from '../../../functions/run/gather-round.ts';
import { type Acted, recordRound } from '../../../functions/run/record-round.ts';
import { NOTHING_TALLIED } from '../../../functions/run/tally-outcomes.ts';

const VALID =
  'version: 1\ndefaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }\nportals: { a: }\n';

function gathered(yaml: string | undefined, shadowed: readonly string[] = []): Gathered {
  const object = { key: 'policies/fleet.yaml', etag: '"e"', modifiedAt: new Date(0) };
  const state = {
    object,
    conflicts: new Map(),
    kept: new Map(),
    others: [],
    shadowed,
    selectable: undefined,
    claims: [],
  };
  const reading = yaml === undefined ? undefined : readPolicy(Buffer.from(yaml));
  const text = reading && { reading, etag: '"e"', version: 'v1', isVersioned: false };
  return {
    policy: 'fleet',
    trigger: 'tick',
    state,
    text,
    lastValid: undefined,
    last: undefined,
    governed: new Map(),
    unlisted: undefined,
    refusals: new Map(),
    toldSelection: NO_SELECTION,
    isSameRun: false,
    isOfUpload: false,
  };
}

type More = { readonly paused?: boolean; readonly shadowed?: readonly string[] };

function recorded(yaml: string | undefined, acted: Partial<Acted> = {}, more: More = {}) {
  const { paused = false, shadowed } = more;
  const found = gathered(yaml, shadowed);
  const decision: RoundDecision =
    yaml === undefined
      ? { ...(decideRound(gathered(VALID)) as RoundDecision), wanted: undefined }
      : (decideRound(found) as RoundDecision);
  return recordRound({
    gathered: found,
    decision,
    acted: { ...NOTHING_TALLIED, approvals: new Set(), isSuperseded: false, failure: undefined, ...acted },
    startedAt: new Date(0),
    finishedAt: new Date(1000),
    runId: 'run-1',
    coverage: undefined,
    settings: { bucket: 'b', paused },
  });
}

const HOLDS: Acted['guard'] = {
  ...{ exceeded: [], digest: '0123456789abcdef', changes: new Map(), isLetThrough: false },
  ...{ mayGo: () => false, used: [], isForOthers: false },
};

describe('recordRound', () => {
  it('says where the text is, which run it was, and that the bucket keeps no versions', () => {
    const { body, round } = recorded(VALID, {}, { shadowed: ['policies/fleet.yml'] });
    expect(body.policy).toMatchObject({ file: 's3://b/policies/fleet.yaml', version: 'v1' });
    expect(body.head).toMatchObject({ mode: 'apply', trigger: { kind: 'tick', run: 'run-1' } });
    expect(body.more).toMatchObject({
      unversioned: true,
      claims: ['a'],
      validVersion: 'v1',
      shadowed: ['policies/fleet.yml'],
    });
    expect(round).toMatchObject({
      state: 'applied',
      ok: false,
      isVersioned: false,
      shadowed: ['policies/fleet.yml'],
    });
  });

  it.each([
    ['a failed portal', VALID, { totals: { ...NOTHING_TALLIED.totals, failed: 1 } }],
    ['a skipped portal', VALID, { totals: { ...NOTHING_TALLIED.totals, skipped: 1 } }],
    ['an invalid text', 'version: 2', {}],
    ['a guard that would hold changes', VALID, { guard: HOLDS }],
    ['a second spelling of its name', VALID, {}, ['policies/fleet.yml']],
  ])('is not ok with %s', (_, yaml, acted, shadowed: string[] = []) => {
    expect(recorded(VALID).round.ok).toBe(true);
    expect(recorded(yaml, acted, { shadowed }).round.ok).toBe(false);
    expect(recorded(yaml, acted, { shadowed }).body.tail).toMatchObject({ ok: false });
  });

  it('is a plan while the deployment is paused', () => {
    expect(recorded(VALID, {}, { paused: true }).body.head).toMatchObject({ mode: 'plan', paused: true });
  });

  it('tells that a policy is gone', () => {
    expect(recorded(undefined).body.more).toMatchObject({ gone: true });
    expect(recorded(undefined).round.state).toBe('gone');
  });
});
