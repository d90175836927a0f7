import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { decideRound, type RoundDecision } from '../../../functions/run/decide-round.ts';
import type { Gathered } from '../../../functions/run/gather-round.ts';
import { type Acted, recordRound } from '../../../functions/run/record-round.ts';
import { NOTHING_TALLIED } from '../../../functions/run/tally-outcomes.ts';

const VALID =
  'version: 1\ndefaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }\nportals: { a: }\n';

function gathered(yaml: string | undefined): Gathered {
  const object = { key: 'policies/fleet.yaml', etag: '"e"', modifiedAt: new Date(0) };
  const state = {
    object,
    conflicts: new Map(),
    kept: new Map(),
    others: [],
    shadowed: ['policies/fleet.yml'],
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
    isSameRun: false,
    isOfUpload: false,
  };
}

function recorded(yaml: string | undefined, acted: Partial<Acted> = {}, paused = false) {
  const found = gathered(yaml);
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

describe('recordRound', () => {
  it('says where the text is, which run it was, and that the bucket keeps no versions', () => {
    const { body, round } = recorded(VALID);
    expect(body.policy).toMatchObject({ file: 's3://b/policies/fleet.yaml', version: 'v1' });
    expect(body.head).toMatchObject({ mode: 'apply', trigger: { kind: 'tick', run: 'run-1' } });
    expect(body.more).toMatchObject({ unversioned: true, claims: ['a'], validVersion: 'v1' });
    expect(round).toMatchObject({
      state: 'applied',
      ok: true,
      isVersioned: false,
      shadowed: ['policies/fleet.yml'],
    });
  });

  it.each([
    ['a failed portal', VALID, { totals: { ...NOTHING_TALLIED.totals, failed: 1 } }],
    ['a skipped portal', VALID, { totals: { ...NOTHING_TALLIED.totals, skipped: 1 } }],
    ['an invalid text', 'version: 2', {}],
  ])('is not ok with %s', (_, yaml, acted) => {
    expect(recorded(yaml, acted).round.ok).toBe(false);
    expect(recorded(yaml, acted).body.tail).toMatchObject({ ok: false });
  });

  it('is a plan while the deployment is paused', () => {
    expect(recorded(VALID, {}, true).body.head).toMatchObject({ mode: 'plan', paused: true });
  });

  it('tells that a policy is gone', () => {
    expect(recorded(undefined).body.more).toMatchObject({ gone: true });
    expect(recorded(undefined).round.state).toBe('gone');
  });
});
