import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../functions/model/durations.ts';
import type { Archive, Verdict } from '../../../functions/model/protection.ts';
import type { BackupSchedule, CronParams } from '../../../functions/model/schedule.ts';
import { nextSlot, previousSlot } from '../../../functions/protection/backup-slots.ts';
import { type Evidence, judgeProtection } from '../../../functions/protection/judge-protection.ts';
import { anyCron } from '../arbitraries.ts';
import { anyInstant, anyZone } from '../zones.ts';

const NOW = new Date('2026-03-04T12:00:00Z'); // a Wednesday

const scheduleOf = (cronParams: CronParams): BackupSchedule => ({
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([['module', 's3']]),
  backupsStored: 7,
  cronParams,
  dump: false,
});
const daily = scheduleOf({ period: 'EveryDay', hour: 3, day: 0 });
const weekly = scheduleOf({ period: 'EveryWeek', hour: 3, day: 1 });
const monthly = (day: number) => scheduleOf({ period: 'EveryMonth', hour: 3, day });

const at = (time: string) => new Date(`${time}Z`);
const made = (time: string, expires?: string): Archive => ({
  createdOn: at(time),
  expiresOn: expires === undefined ? undefined : at(expires),
});

const judge = (evidence: Partial<Evidence>) =>
  judgeProtection({
    isWanted: true,
    schedule: daily,
    lastBackup: undefined,
    archives: [],
    timezone: 'UTC',
    now: NOW,
    ...evidence,
  });

describe('the verdict', () => {
  const ran = { lastBackup: at('2026-03-04T03:00:00') };
  it.each<[string, Partial<Evidence>, Verdict]>([
    ['an archive of this night', { ...ran, archives: [made('2026-03-04T03:05:00')] }, 'proven'],
    ['the last that is young enough', { ...ran, archives: [made('2026-03-03T00:00:00')] }, 'proven'],
    ['the first that is too old', { ...ran, archives: [made('2026-03-02T23:59:59')] }, 'late'],
    ['a run that left nothing', { ...ran, now: at('2026-03-04T15:00:01') }, 'claimed'],
    ['a run that may be under way', { ...ran, now: at('2026-03-04T15:00:00') }, 'never'],
    ['a run under way, and an old archive', { ...ran, archives: [made('2026-03-01T03:05:00')] }, 'late'],
    ['a run under way, where one was due long ago', { ...ran, since: at('2026-02-01T00:00:00') }, 'late'],
    [
      'an archive that expired',
      {
        ...ran,
        archives: [made('2026-03-04T03:05:00', '2026-03-04T12:00:00')],
        now: at('2026-03-04T16:00:00'),
      },
      'claimed',
    ],
    ['an archive a day ahead', { archives: [made('2026-03-05T12:00:00')] }, 'proven'],
    ['an archive more than a day ahead', { ...ran, archives: [made('2026-03-05T12:00:01')] }, 'never'],
    ['no schedule, and none is wanted', { schedule: undefined, isWanted: false }, 'retired'],
    [
      'a dump schedule strikes in UTC',
      { schedule: { ...daily, dump: true }, timezone: 'America/Los_Angeles', now: at('2026-03-04T15:00:01') },
      'late',
    ],
    [
      'an archive about to expire',
      { ...ran, archives: [made('2026-03-04T03:05:00', '2026-03-04T12:00:01')] },
      'proven',
    ],
    [
      'the newest of many counts',
      { ...ran, archives: [made('2026-03-04T03:05:00'), made('2026-01-01T00:00:00')] },
      'proven',
    ],
    ['a run that is long ago', { lastBackup: at('2026-03-01T03:00:00') }, 'late'],
    ['an archive that is too old, and never a run', { archives: [made('2026-03-01T03:00:00')] }, 'late'],
    ['an archive made by hand', { archives: [made('2026-03-04T11:00:00')] }, 'proven'],
    ['a first slot within its grace', {}, 'never'],
    ['a first slot past its grace', { now: at('2026-03-04T15:00:01') }, 'late'],
    ['a first slot to come', { now: at('2026-03-04T01:00:00') }, 'never'],
    ['a first slot of a zone', { now: at('2026-03-04T18:00:00'), timezone: 'America/St_Johns' }, 'never'],
    [
      'set after this day’s slot',
      { now: at('2026-03-04T20:00:00'), since: at('2026-03-04T10:00:00') },
      'never',
    ],
    ['set long ago, and it never ran', { since: at('2026-02-01T00:00:00') }, 'late'],
    ['no schedule', { schedule: undefined }, 'unprotected'],
    [
      'no schedule, but archives',
      { schedule: undefined, archives: [made('2026-03-04T03:05:00')] },
      'unprotected',
    ],
    ['no schedule and no history', { schedule: undefined, archives: undefined }, 'unprotected'],
    [
      'a schedule that could not be read',
      { schedule: 'unreadable', archives: [made('2026-03-04T03:05:00')] },
      'unknown',
    ],
    ['a history that could not be read', { ...ran, archives: undefined }, 'unknown'],
    [
      'a schedule that never strikes',
      { schedule: monthly(0), archives: [made('2026-03-04T03:05:00')] },
      'unknown',
    ],
    ['a week, and its archive', { schedule: weekly, archives: [made('2026-03-01T03:05:00')] }, 'proven'],
    ['a week that was missed', { schedule: weekly, archives: [made('2026-02-22T03:05:00')] }, 'late'],
    [
      'without a zone, slots are of UTC',
      { ...ran, timezone: undefined, archives: [made('2026-03-04T03:05:00')] },
      'proven',
    ],
    ['a longer grace', { archives: [made('2026-03-02T12:30:00')], graceHours: 24 }, 'proven'],
    [
      'no grace',
      { now: at('2026-03-04T04:00:00'), archives: [made('2026-03-03T03:05:00')], graceHours: 0 },
      'late',
    ],
  ])('%s', (_, evidence, verdict) => {
    expect(judge(evidence).verdict).toBe(verdict);
  });

  it.each<[string, number, string, string, Verdict]>([
    ['a long month after a short one', 1, '2026-03-31T12:00:00', '2026-03-01T03:05:00', 'proven'],
    ['a short month after a long one', 1, '2026-02-28T12:00:00', '2026-02-01T03:05:00', 'proven'],
    ['the day within the grace', 1, '2026-04-01T14:00:00', '2026-03-01T03:05:00', 'proven'],
    ['the day past the grace', 1, '2026-04-02T03:00:00', '2026-03-01T03:05:00', 'late'],
    ['a month was skipped', 31, '2026-03-31T02:00:00', '2026-01-31T03:05:00', 'proven'],
    ['before a month that is skipped', 31, '2026-02-02T00:00:00', '2025-12-31T03:05:00', 'late'],
  ])('of months: %s', (_, day, now, archive, verdict) => {
    expect(judge({ schedule: monthly(day), now: at(now), archives: [made(archive)] }).verdict).toBe(verdict);
  });

  it('is proven from one slot to the next and its grace where every backup works, in any zone', () => {
    fc.assert(
      fc.property(anyCron(), anyInstant, anyZone, fc.nat(12), (cron, now, timezone, graceHours) => {
        const expected = previousSlot(cron, new Date(now.getTime() - graceHours * HOUR), timezone);
        if (!expected) throw new Error('every cron strikes');
        const archives = [{ createdOn: expected, expiresOn: undefined }];
        const latest = previousSlot(cron, now, timezone);
        const lastBackup = latest && new Date(latest.getTime() + 1000);
        const evidence = { schedule: scheduleOf(cron), archives, lastBackup, now, timezone, graceHours };
        const judged = judge(evidence);
        expect(judged.verdict).toBe('proven');
        // A slot that the clocks skip, or that comes twice, is a look or two apart from the wall's own time.
        const due = Date.parse(judged.due ?? '');
        expect(Math.abs(due - (nextSlot(cron, now, timezone)?.getTime() ?? 0))).toBeLessThanOrEqual(HOUR / 4);
      }),
    );
  });

  it('is never good without an archive, nor with one older than two periods', () => {
    fc.assert(
      fc.property(
        anyCron(),
        anyInstant,
        anyZone,
        fc.nat(200),
        fc.nat(200),
        (cron, now, timezone, age, ran) => {
          const lastBackup = new Date(now.getTime() - ran * HOUR);
          const evidence = { schedule: scheduleOf(cron), now, timezone, lastBackup };
          expect(['claimed', 'late', 'never']).toContain(judge({ ...evidence, archives: [] }).verdict);
          const createdOn = new Date(now.getTime() - age * HOUR - 140 * 24 * HOUR);
          const old = judge({ ...evidence, archives: [{ createdOn, expiresOn: undefined }] });
          expect(['claimed', 'late']).toContain(old.verdict);
        },
      ),
    );
  });
});

describe('what is told beside the verdict', () => {
  it('is when the server ran, when the newest archive was made, and when the next is due', () => {
    const archives = [made('2026-03-04T03:05:00'), made('2026-03-03T03:05:00')];
    const lastBackup = at('2026-03-04T03:00:00');
    expect(judge({ archives, lastBackup, timezone: 'Europe/Berlin' })).toEqual({
      verdict: 'proven',
      lastBackup: '2026-03-04T03:00:00.000Z',
      lastArchive: '2026-03-04T03:05:00.000Z',
      due: '2026-03-05T02:00:00.000Z',
    });
  });

  it('is null where nothing is known', () => {
    const nothing = { lastBackup: null, lastArchive: null, due: null };
    expect(judge({ timezone: undefined })).toEqual({ verdict: 'never', ...nothing });
    expect(judge({ schedule: undefined })).toEqual({ verdict: 'unprotected', ...nothing, bad: true });
    expect(judge({ schedule: 'unreadable' })).toEqual({ verdict: 'unknown', ...nothing, bad: true });
  });

  it('leaves an expired archive out', () => {
    const archives = [made('2026-03-03T03:05:00'), made('2026-03-04T03:05:00', '2026-03-04T04:00:00')];
    expect(judge({ archives }).lastArchive).toBe('2026-03-03T03:05:00.000Z');
  });

  const ran = at('2026-03-04T03:00:00');
  it.each<[string, Partial<Evidence>, boolean]>([
    ['right after the run', { lastBackup: ran, archives: [made('2026-03-04T03:05:00')] }, false],
    ['long after the run', { lastBackup: ran, archives: [made('2026-03-04T11:00:00')] }, true],
    [
      'the second after the run',
      { lastBackup: ran, archives: [made('2026-03-04T03:05:00'), made('2026-03-04T05:00:00')] },
      true,
    ],
    ['no run, after a slot', { archives: [made('2026-03-04T03:05:00')] }, false],
    ['no run, off a slot', { archives: [made('2026-03-04T11:00:00')] }, true],
    ['no run, in no known zone', { archives: [made('2026-03-04T11:00:00')], timezone: undefined }, false],
    [
      'no run, before this schedule was set',
      { archives: [made('2026-03-04T11:00:00')], since: at('2026-03-04T11:30:00') },
      false,
    ],
    ['of the slot before', { lastBackup: ran, archives: [made('2026-03-03T03:05:00')] }, false],
    ['off the slot before', { lastBackup: ran, archives: [made('2026-03-03T15:00:00')] }, true],
    [
      'before the run, in no known zone',
      { lastBackup: ran, archives: [made('2026-03-03T15:00:00')], timezone: undefined },
      false,
    ],
  ])('says whether the newest archive was made by hand: %s', (_, evidence, byHand) => {
    expect(judge(evidence).byHand).toBe(byHand ? true : undefined);
  });
});
