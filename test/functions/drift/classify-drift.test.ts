import { describe, expect, it } from 'vitest';
import { classifyDrift, type LastSeen } from '../../../functions/drift/classify-drift.ts';
import type { Drift } from '../../../functions/model/drift.ts';
import type { Change } from '../../../functions/model/outcome.ts';
import type { PortalTarget } from '../../../functions/model/portal-target.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { planPortal } from '../../../functions/portal/plan-portal.ts';

const NOW = new Date('2026-03-04T12:00:00Z');
const WANTED: BackupSchedule = {
  storageType: 'DataStore',
  storageParams: new Map(),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};
const planOf = (current: BackupSchedule | undefined, schedule: BackupSchedule | undefined = WANTED) =>
  planPortal(
    {
      portal: 'acme',
      mode: 'enforce',
      dump: false,
      schedule,
      allowLateFirstRun: false,
    } satisfies PortalTarget,
    current,
    NOW,
  );

const edited = planOf({ ...WANTED, backupsStored: 3, cronParams: { ...WANTED.cronParams, hour: 9 } });
const EDITED: Drift = { kind: 'edited', fields: ['backupsStored', 'cronParams.hour'] };

describe('a portal that differs', () => {
  it('has drifted if it was in place and the policy means what it meant', () => {
    const last: LastSeen = { status: 'done' };
    expect(classifyDrift(last, true, edited)).toEqual(EDITED);
    expect(classifyDrift(last, true, planOf(undefined))).toEqual({ kind: 'deleted', fields: [] });
    expect(classifyDrift(last, false, edited)).toBeUndefined();
    expect(classifyDrift(undefined, true, edited)).toBeUndefined();
    expect(classifyDrift(last, true, planOf(WANTED))).toBeUndefined();
  });

  it('has not drifted where an earlier release wrote the module in capitals, unless something else differs', () => {
    const change = { field: 'storageParams.module', from: 'S3', to: 's3' };
    const other = { field: 'backupsStored', from: 3, to: 7 };
    const plan = (changes: readonly Change[]) => ({ action: 'update', changes }) as const;
    expect(classifyDrift({ status: 'done' }, true, plan([change]))).toBeUndefined();
    expect(classifyDrift({ status: 'done' }, true, plan([change, other]))?.fields).toEqual(['backupsStored']);
    const another = { ...change, from: 'rackspace' };
    expect(classifyDrift({ status: 'done' }, true, plan([another]))?.kind).toBe('edited');
  });

  it('has drifted, too, if there was to be no schedule', () => {
    const plan = planPortal(
      { portal: 'acme', mode: 'enforce', dump: false, schedule: undefined, allowLateFirstRun: false },
      WANTED,
      NOW,
    );
    expect(classifyDrift({ status: 'done' }, true, plan)).toEqual({
      kind: 'edited',
      fields: ['storageType', 'backupsStored', 'cronParams.period', 'cronParams.hour'],
    });
  });

  it.each<[string, LastSeen, boolean]>([
    ['failed', { status: 'failed' }, false],
    ['was only watched', { status: 'planned' }, false],
    ['was skipped', { status: 'skipped' }, false],
    ['was in place before it could not be read', { status: 'failed', inPlace: true }, true],
    ['had drifted, and is only watched', { status: 'planned', drift: EDITED }, true],
    ['had drifted, and is contested', { status: 'skipped', drift: EDITED }, true],
    ['had drifted, and could not be put right', { status: 'failed', drift: EDITED }, true],
  ])('and last time %s', (_, last, drifted) => {
    expect(classifyDrift(last, true, edited)).toEqual(drifted ? EDITED : undefined);
  });
});
