import { describe, expect, test } from 'vitest';
import type { Verb } from '../../../cli/request.ts';
import { humanReporter } from '../../../cli/run/human-reporter.ts';
import { verboseReporter } from '../../../cli/run/verbose-reporter.ts';
import type { ExitCode } from '../../../cli/terminal.ts';
import { colours } from '../../../cli/words/colours.ts';
import {
  created,
  detect,
  failed,
  guardOver,
  held,
  keptOutput,
  named,
  removed,
  type ToldPolicy,
  tell,
  unchanged,
  weaker,
} from './told-runs.ts';

const NO_PAINT = colours(false);

/** @param columns of a terminal; `undefined`: a pipe */
function screen(verb: Verb, exitCode: ExitCode, policies: readonly ToldPolicy[], columns?: number): string {
  const [out, err] = [keptOutput(columns), keptOutput(columns)];
  tell(humanReporter(out, err, NO_PAINT), verb, exitCode, policies);
  expect(err.text()).toBe('');
  return `\n${out.text()}`;
}

const THREE: readonly ToldPolicy[] = [
  { outcomes: ['acme', 'globex', 'initech'].map((portal) => created(portal)) },
];

/** A fleet with something of every kind. */
const SIXTY: readonly ToldPolicy[] = [
  {
    outcomes: named(60).map((portal, index) => {
      if (index < 2) return failed(portal, `there is no host ${portal}.example.com (ENOTFOUND)`);
      if (index < 27) return weaker(portal);
      if (index === 27) return removed(portal);
      return index < 33 ? weaker(portal, 30, detect) : unchanged(portal);
    }),
  },
];

const MANY = named(2000);
const GUARDED: readonly ToldPolicy[] = [
  {
    outcomes: MANY.map((portal) => weaker(portal, 30, held)),
    guard: guardOver('maxWeaken', 200, MANY),
  },
];

/** Each comes from another number of copies, and every tenth portal is new. */
const MIXED: readonly ToldPolicy[] = [
  {
    outcomes: MANY.map((portal, index) =>
      index % 10 === 0 ? created(portal) : weaker(portal, 8 + (index % 23)),
    ),
  },
];

describe('a plan of 3 portals', () => {
  test('at a terminal of 80 columns', () => {
    expect(screen('plan', 2, THREE, 80)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Changes:
        + create  3 portals  storageType ThirdPartyConsumer, storageParams.module s3,
            storageParams.bucket acme-backups, storageParams.subdir {portal},
            backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
            first backup 2026-11-27 09:15 UTC
            acme, globex, initech

      Warnings:
        RUNS_AT_ONCE: 3 portals: a backup starts within minutes of the write: it is
            past 3:00 in the portal's time zone

      fleet: 3 portals: 3 to create
      of the changes 3 may start a backup at once
      apply writes 3
      4.2 s
      Nothing was written. To make it so: policy-sync apply, with the same arguments.
      "
    `);
  });
  test('at a terminal of 140 columns', () => {
    expect(screen('plan', 2, THREE, 140)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Changes:
        + create  3 portals  storageType ThirdPartyConsumer, storageParams.module s3, storageParams.bucket acme-backups, storageParams.subdir
            {portal}, backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
            first backup 2026-11-27 09:15 UTC
            acme, globex, initech

      Warnings:
        RUNS_AT_ONCE: 3 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone

      fleet: 3 portals: 3 to create
      of the changes 3 may start a backup at once
      apply writes 3
      4.2 s
      Nothing was written. To make it so: policy-sync apply, with the same arguments.
      "
    `);
  });
  test('in a pipe', () => {
    expect(screen('plan', 2, THREE)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Changes:
        + create  3 portals  storageType ThirdPartyConsumer, storageParams.module s3, storageParams.bucket acme-backups, storageParams.subdir {portal}, backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
            first backup 2026-11-27 09:15 UTC
            acme, globex, initech

      Warnings:
        RUNS_AT_ONCE: 3 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone

      fleet: 3 portals: 3 to create
      of the changes 3 may start a backup at once
      apply writes 3
      4.2 s
      Nothing was written. To make it so: policy-sync apply, with the same arguments.
      "
    `);
  });
});

describe('a plan of 60 portals', () => {
  test('at a terminal of 80 columns', () => {
    expect(screen('plan', 1, SIXTY, 80)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        ! failed  2 portals  UNREACHABLE: there is no host {portal}.example.com
            (ENOTFOUND)
            customer-0000, customer-0001
        - remove  customer-0027  (may delete archives)

      Changes:
        ~ weaken  25 portals  backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0002, customer-0003, customer-0004, customer-0005, customer-0006,
            customer-0007, customer-0008, customer-0009, customer-0010 and 16 more
        ~ weaken  5 portals  backupsStored 30 -> 7  (only detected, deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0028, customer-0029, customer-0030, customer-0031, customer-0032
        = unchanged  27 portals

      Warnings:
        RUNS_AT_ONCE: 30 portals: a backup starts within minutes of the write: it is
            past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 30 portals: 30 copies are kept now, 7 then: the server
            deletes the older archives
        MAY_DELETE_ARCHIVES: customer-0027: some server releases delete the archives
            of a schedule with it: copy those that you need first

      fleet: 60 portals: 25 to update, 1 to remove, 27 unchanged, 5 only detected, 2
        failed
      of the changes 30 may start a backup at once, 30 lose archives, 1 may lose
        archives
      apply writes 26, only watches 5 (mode: detect)
      4.2 s
      "
    `);
  });
  test('at a terminal of 140 columns', () => {
    expect(screen('plan', 1, SIXTY, 140)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        ! failed  2 portals  UNREACHABLE: there is no host {portal}.example.com (ENOTFOUND)
            customer-0000, customer-0001
        - remove  customer-0027  (may delete archives)

      Changes:
        ~ weaken  25 portals  backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008, customer-0009, customer-0010,
            customer-0011, customer-0012, customer-0013, customer-0014, customer-0015, customer-0016, customer-0017, customer-0018 and 8 more
        ~ weaken  5 portals  backupsStored 30 -> 7  (only detected, deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0028, customer-0029, customer-0030, customer-0031, customer-0032
        = unchanged  27 portals

      Warnings:
        RUNS_AT_ONCE: 30 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 30 portals: 30 copies are kept now, 7 then: the server deletes the older archives
        MAY_DELETE_ARCHIVES: customer-0027: some server releases delete the archives of a schedule with it: copy those that you need first

      fleet: 60 portals: 25 to update, 1 to remove, 27 unchanged, 5 only detected, 2 failed
      of the changes 30 may start a backup at once, 30 lose archives, 1 may lose archives
      apply writes 26, only watches 5 (mode: detect)
      4.2 s
      "
    `);
  });
  test('in a pipe', () => {
    expect(screen('plan', 1, SIXTY)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        ! failed  2 portals  UNREACHABLE: there is no host {portal}.example.com (ENOTFOUND)
            customer-0000, customer-0001
        - remove  customer-0027  (may delete archives)

      Changes:
        ~ weaken  25 portals  backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008, customer-0009, customer-0010, customer-0011, customer-0012, customer-0013, customer-0014, customer-0015 and 11 more
        ~ weaken  5 portals  backupsStored 30 -> 7  (only detected, deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0028, customer-0029, customer-0030, customer-0031, customer-0032
        = unchanged  27 portals

      Warnings:
        RUNS_AT_ONCE: 30 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 30 portals: 30 copies are kept now, 7 then: the server deletes the older archives
        MAY_DELETE_ARCHIVES: customer-0027: some server releases delete the archives of a schedule with it: copy those that you need first

      fleet: 60 portals: 25 to update, 1 to remove, 27 unchanged, 5 only detected, 2 failed
      of the changes 30 may start a backup at once, 30 lose archives, 1 may lose archives
      apply writes 26, only watches 5 (mode: detect)
      4.2 s
      "
    `);
  });
});

describe('a plan of 2,000 portals with one kind of change', () => {
  test('at a terminal of 80 columns', () => {
    const text = screen('plan', 1, GUARDED, 80);
    expect(text.trim().split('\n').length).toBeLessThan(24);
    expect(text).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        GUARDED: maxWeaken lets 200 through, 2,000 are planned: customer-0000,
            customer-0001, customer-0002 and 1,997 more
        ? held  2,000 portals  weaken: backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004,
            customer-0005, customer-0006, customer-0007, customer-0008 and 1,991 more

      Warnings:
        RUNS_AT_ONCE: 2,000 portals: a backup starts within minutes of the write: it
            is past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 2,000 portals: 30 copies are kept now, 7 then: the server
            deletes the older archives

      fleet: 2,000 portals: 2,000 held
      of the changes 2,000 may start a backup at once, 2,000 lose archives
      apply writes 0, holds 2,000 (maxWeaken lets 200 through; to let them through:
        approve: 0123456789abcdef)
      4.2 s
      "
    `);
  });
  test('at a terminal of 140 columns', () => {
    expect(screen('plan', 1, GUARDED, 140)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        GUARDED: maxWeaken lets 200 through, 2,000 are planned: customer-0000, customer-0001, customer-0002 and 1,997 more
        ? held  2,000 portals  weaken: backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008,
            customer-0009, customer-0010, customer-0011, customer-0012, customer-0013, customer-0014, customer-0015, customer-0016 and 1,983 more

      Warnings:
        RUNS_AT_ONCE: 2,000 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 2,000 portals: 30 copies are kept now, 7 then: the server deletes the older archives

      fleet: 2,000 portals: 2,000 held
      of the changes 2,000 may start a backup at once, 2,000 lose archives
      apply writes 0, holds 2,000 (maxWeaken lets 200 through; to let them through: approve: 0123456789abcdef)
      4.2 s
      "
    `);
  });
  test('in a pipe', () => {
    expect(screen('plan', 1, GUARDED)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        GUARDED: maxWeaken lets 200 through, 2,000 are planned: customer-0000, customer-0001, customer-0002 and 1,997 more
        ? held  2,000 portals  weaken: backupsStored 30 -> 7  (deletes archives)
            first backup 2026-11-28 03:00 UTC
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008, customer-0009, customer-0010, customer-0011, customer-0012, customer-0013 and 1,986 more

      Warnings:
        RUNS_AT_ONCE: 2,000 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
        DELETES_ARCHIVES: 2,000 portals: 30 copies are kept now, 7 then: the server deletes the older archives

      fleet: 2,000 portals: 2,000 held
      of the changes 2,000 may start a backup at once, 2,000 lose archives
      apply writes 0, holds 2,000 (maxWeaken lets 200 through; to let them through: approve: 0123456789abcdef)
      4.2 s
      "
    `);
  });
});

test('a plan of 2,000 portals that come from everywhere is one block a kind of change', () => {
  expect(screen('plan', 2, MIXED, 80)).toMatchInlineSnapshot(`
    "
    fleet (policies/fleet.yaml)

    Changes:
      ~ weaken  1,800 portals  backupsStored 8 to 30 -> 7  (deletes archives)
          first backup 2026-11-28 03:00 UTC
          customer-0001, customer-0002, customer-0003, customer-0004, customer-0005,
          customer-0006, customer-0007, customer-0008, customer-0009 and 1,791 more
      + create  200 portals  storageType ThirdPartyConsumer, storageParams.module
          s3, storageParams.bucket acme-backups, storageParams.subdir {portal},
          backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
          first backup 2026-11-27 09:15 UTC
          customer-0000, customer-0010, customer-0020, customer-0030, customer-0040,
          customer-0050, customer-0060, customer-0070, customer-0080 and 191 more

    Warnings:
      RUNS_AT_ONCE: 2,000 portals: a backup starts within minutes of the write: it
          is past 3:00 in the portal's time zone
      DELETES_ARCHIVES: 1,800 portals: for one: 9 copies are kept now, 7 then: the
          server deletes the older archives

    fleet: 2,000 portals: 200 to create, 1,800 to update
    of the changes 2,000 may start a backup at once, 1,800 lose archives
    apply writes 2,000
    4.2 s
    Nothing was written. To make it so: policy-sync apply, with the same arguments.
    "
  `);
});

describe('an apply of 60 portals', () => {
  const done = { status: 'done' } as const;
  const error = {
    code: 'GUARDED',
    message: 'held back with all changes of its kind',
    retryable: false,
  } as const;
  const outcomes = named(60).map((portal, index) => {
    if (index < 10) return created(portal, done);
    return index < 20 ? weaker(portal, 30, { status: 'skipped', held: true, error }) : unchanged(portal);
  });
  const guard = guardOver('maxWeaken', 6, named(60).slice(10, 20));
  test('at a terminal of 80 columns', () => {
    expect(screen('apply', 1, [{ outcomes, guard }], 80)).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        GUARDED: maxWeaken lets 6 through, 10 are planned: customer-0010,
            customer-0011, customer-0012 and 7 more
        ? held  10 portals  weaken: backupsStored 30 -> 7  (deletes archives)
            customer-0010, customer-0011, customer-0012, customer-0013, customer-0014,
            customer-0015, customer-0016, customer-0017, customer-0018, customer-0019

      Changes:
        + created  10 portals  storageType ThirdPartyConsumer, storageParams.module
            s3, storageParams.bucket acme-backups, storageParams.subdir {portal},
            backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
            first backup 2026-11-27 09:15 UTC
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004,
            customer-0005, customer-0006, customer-0007, customer-0008, customer-0009
        = unchanged  40 portals

      Warnings:
        RUNS_AT_ONCE: 10 portals: a backup starts within minutes of the write: it is
            past 3:00 in the portal's time zone
            customer-0000, customer-0001, customer-0002, customer-0003 and 6 more

      fleet: 60 portals: 10 created, 40 unchanged, 10 held
      of the changes 10 may start a backup at once
      wrote 10, held 10 (maxWeaken lets 6 through; to let them through: approve:
        0123456789abcdef)
      4.2 s
      "
    `);
  });
  test('in a pipe', () => {
    expect(screen('apply', 1, [{ outcomes, guard }])).toMatchInlineSnapshot(`
      "
      fleet (policies/fleet.yaml)

      Needs you:
        GUARDED: maxWeaken lets 6 through, 10 are planned: customer-0010, customer-0011, customer-0012 and 7 more
        ? held  10 portals  weaken: backupsStored 30 -> 7  (deletes archives)
            customer-0010, customer-0011, customer-0012, customer-0013, customer-0014, customer-0015, customer-0016, customer-0017, customer-0018, customer-0019

      Changes:
        + created  10 portals  storageType ThirdPartyConsumer, storageParams.module s3, storageParams.bucket acme-backups, storageParams.subdir {portal}, backupsStored 7, cronParams.period EveryDay, cronParams.hour 3
            first backup 2026-11-27 09:15 UTC
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008, customer-0009
        = unchanged  40 portals

      Warnings:
        RUNS_AT_ONCE: 10 portals: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
            customer-0000, customer-0001, customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007, customer-0008, customer-0009

      fleet: 60 portals: 10 created, 40 unchanged, 10 held
      of the changes 10 may start a backup at once
      wrote 10, held 10 (maxWeaken lets 6 through; to let them through: approve: 0123456789abcdef)
      4.2 s
      "
    `);
  });
});

test('several policies are named beside their portals, and each is counted', () => {
  const policies = [
    { policy: 'eu/fleet', outcomes: [failed('acme', 'no answer'), weaker('globex')] },
    { policy: 'us/fleet', outcomes: [weaker('initech'), weaker('umbrella')] },
    { policy: 'quiet', outcomes: [unchanged('hooli')] },
  ];
  expect(screen('plan', 1, policies, 80)).toMatchInlineSnapshot(`
    "
    3 policies

    Needs you:
      ! failed  eu/fleet: acme  UNREACHABLE: no answer

    Changes:
      ~ weaken  3 portals  backupsStored 30 -> 7  (deletes archives)
          first backup 2026-11-28 03:00 UTC
          eu/fleet: globex; us/fleet: initech, umbrella
      = unchanged  quiet: hooli

    Warnings:
      RUNS_AT_ONCE: 3 portals: a backup starts within minutes of the write: it is
          past 3:00 in the portal's time zone
      DELETES_ARCHIVES: 3 portals: 30 copies are kept now, 7 then: the server
          deletes the older archives

    eu/fleet: 2 portals: 1 to update, 1 failed
      of the changes 1 may start a backup at once, 1 loses archives
      apply writes 1
    us/fleet: 2 portals: 2 to update
      of the changes 2 may start a backup at once, 2 lose archives
      apply writes 2
    quiet: 1 portal: 1 unchanged
    4.2 s
    "
  `);
});

test('of hundreds of policies those with nothing to change are counted', () => {
  const quiet = named(85, 'team').map((policy) => ({ policy, outcomes: [unchanged('acme')] }));
  expect(
    screen('plan', 2, [...quiet, { policy: 'loud', outcomes: [weaker('globex')] }], 80),
  ).toMatchInlineSnapshot(`
    "
    86 policies

    Changes:
      ~ weaken  loud: globex  backupsStored 30 -> 7  (deletes archives)
          first backup 2026-11-28 03:00 UTC
      = unchanged  85 portals

    Warnings:
      RUNS_AT_ONCE: loud: globex: a backup starts within minutes of the write: it is
          past 3:00 in the portal's time zone
      DELETES_ARCHIVES: loud: globex: 30 copies are kept now, 7 then: the server
          deletes the older archives

    loud: 1 portal: 1 to update
      of the changes 1 may start a backup at once, 1 loses archives
      apply writes 1
    and 85 policies with nothing to change, 86 portals in all
    4.2 s
    Nothing was written. To make it so: policy-sync apply, with the same arguments.
    "
  `);
});

test('an error that many lines of a file share is told once, with the other lines', () => {
  const errors = [4, 5, 6, 9].map((line) => ({
    ...{ line, column: 3, message: 'unknown key "backupStored": did you mean "backupsStored"?' },
    ...{ excerpt: '  backupStored: 7', caret: 2 },
  }));
  expect(screen('validate', 1, [{ errors }], 80)).toMatchInlineSnapshot(`
    "
    policies/fleet.yaml:4:3: unknown key "backupStored": did you mean "backupsStored"?
      4 |   backupStored: 7
        |   ^
      the same in 3 more places: lines 5, 6, 9
    policies/fleet.yaml: 4 errors
    "
  `);
});

test('--verbose is one block a portal', () => {
  const [out, err] = [keptOutput(80), keptOutput(80)];
  const outcomes = [weaker('acme', 30, held), unchanged('globex')];
  const guard = guardOver('maxWeaken', 0, ['acme']);
  tell(verboseReporter(out, err, NO_PAINT), 'plan', 1, [{ outcomes, guard }]);
  expect(`\n${out.text()}`).toMatchInlineSnapshot(`
    "
    fleet (policies/fleet.yaml)
      ? acme             held (to update)
          backupsStored          30 -> 7
          first backup 2026-11-28 03:00 UTC
          RUNS_AT_ONCE: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
          DELETES_ARCHIVES: 30 copies are kept now, 7 then: the server deletes the older archives
      = globex           unchanged
    fleet: 2 portals: 1 unchanged, 1 held
      GUARDED: maxWeaken lets 0 through, 1 are planned: acme
      of the changes 1 may start a backup at once, 1 loses archives
      apply writes 0, holds 1 (maxWeaken lets 0 through; to let them through: approve: 0123456789abcdef)
    4.2 s
    "
  `);
});

test('a hundred ways to fail are one block, with one of them as an example', () => {
  const outcomes = named(100).map((portal, index) => failed(portal, `no answer within ${index} ms`));
  expect(screen('plan', 1, [{ outcomes }], 80)).toMatchInlineSnapshot(`
    "
    fleet (policies/fleet.yaml)

    Needs you:
      ! failed  100 portals  UNREACHABLE: for one: no answer within 0 ms
          customer-0000, customer-0001, customer-0002, customer-0003, customer-0004,
          customer-0005, customer-0006, customer-0007, customer-0008 and 91 more

    fleet: 100 portals: 100 failed
    4.2 s
    "
  `);
});

test('a value that holds the portal’s name is told with {portal}, whatever stands around it', () => {
  const bucketOf = (portal: string) => [
    { field: 'storageParams.subdir', from: null, to: `backups/${portal}` },
    { field: 'storageParams.bucket', from: null, to: `${portal}-backups` },
  ];
  const outcomes = named(60).map((portal) => created(portal, { changes: bucketOf(portal), warnings: [] }));
  expect(screen('plan', 2, [{ outcomes }], 80)).toContain(
    '  + create  60 portals  storageParams.subdir backups/{portal},\n      storageParams.bucket {portal}-backups\n',
  );
  // A bucket that begins with one portal's name is no reason to tell that portal apart from the others.
  const outcome = (portal: string) => created(portal, { warnings: [] });
  expect(screen('plan', 2, [{ outcomes: [outcome('acme'), outcome('globex')] }])).toContain(
    'create  2 portals',
  );
});

test.each([
  [
    'used',
    'through; the approval given is used up: it was for changes that were made; to let them through: ',
  ],
  ['foreign', 'through; the approval given is for other changes than these; to let them through: approve: 0'],
  ['none', 'maxWeaken lets 0 through; to let them through: approve: 0123456789abcdef)'],
] as const)('an approval that is %s is told as such', (approval, said) => {
  const guard = { ...guardOver('maxWeaken', 0, ['acme']), approval };
  expect(screen('plan', 1, [{ outcomes: [weaker('acme', 30, held)], guard }])).toContain(said);
});

test('where others approve, it is told what they have to write', () => {
  const guard = { ...guardOver('maxWeaken', 0, ['acme']), isForOthers: true };
  expect(screen('plan', 1, [{ outcomes: [weaker('acme', 30, held)], guard }])).toContain(
    'to let them through: the object approvals/<policy>/0123456789abcdef)',
  );
});

test('colours end where they begin, and change nothing else', () => {
  const [out, err] = [keptOutput(80), keptOutput(80)];
  tell(humanReporter(out, err, colours(true)), 'plan', 1, SIXTY);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what paints
  expect(`\n${out.text().replace(/\u001b\[\d+m/g, '')}`).toBe(screen('plan', 1, SIXTY, 80));
  expect(out.text()).toContain('\u001b[31m- remove\u001b[0m  customer-0027');
});
