import { describe, expect, test } from 'vitest';
import {
  expiring,
  guarded,
  late,
  morningReports,
  NOW,
  named,
  proven,
  silent,
  upload,
} from './morning-reports.ts';
import { screenOf } from './screen.ts';

const three = morningReports({ fleet: [proven('acme'), late('globex'), silent('initech')] });
const sixty = morningReports(
  {
    'eu/fleet': [
      ...named(40, 'eu').map(proven),
      ...named(2, 'old').map(late),
      guarded('umbrella'),
      expiring('hooli'),
    ],
    us: [...named(4, 'us').map(silent), ...named(12, 'u').map(proven)],
  },
  { guard: { exceeded: [], digest: '0123456789abcdef', approved: false } },
);
const many = morningReports({ fleet: named(2000, 'customer').map(late) });

const status = (place: string, columns?: number, more: object = {}) =>
  screenOf({ kind: 'status', place, output: 'human', verbose: false, ...more }, { now: NOW, columns });

describe('the morning’s question, of the last reports', () => {
  test('three portals, at 80 columns', async () => {
    const { code, out, err } = await status(three, 80);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "2 of 3 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
          globex  fleet  since 2026-11-25 18:00 UTC (38 h ago),
                         last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, TIMEOUT: no whole answer within 10 s
        to do: nothing yet: the next tick, or the command again, takes it up; if it
               stays, look at the portal itself, and the way there
          initech  fleet  since 2026-11-27 06:00 UTC (2 h ago)

      fleet: not ok, 3 portals: 1 proven, 1 late, 1 unknown;
        tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('three portals, at 140 columns: a line for each', async () => {
    expect((await status(three, 140)).out).toMatchInlineSnapshot(`
      "2 of 3 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
          globex  fleet  since 2026-11-25 18:00 UTC (38 h ago), last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, TIMEOUT: no whole answer within 10 s
        to do: nothing yet: the next tick, or the command again, takes it up; if it stays, look at the portal itself, and the way there
          initech  fleet  since 2026-11-27 06:00 UTC (2 h ago)

      fleet: not ok, 3 portals: 1 proven, 1 late, 1 unknown; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('in a pipe a portal has one line, and nothing is coloured', async () => {
    const { out } = await status(three);
    expect(out).toBe((await status(three, 140)).out);
    expect(out).not.toContain('\u001b');
  });

  test('sixty portals of two policies, at 80 columns', async () => {
    expect((await status(sixty, 80)).out).toMatchInlineSnapshot(`
      "7 of 60 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
          old-1  eu/fleet  since 2026-11-25 18:00 UTC (38 h ago),
                           last archive 2026-11-24 03:00 UTC (3 days ago)
          old-2  eu/fleet  since 2026-11-25 18:00 UTC (38 h ago),
                           last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, TIMEOUT: no whole answer within 10 s
        to do: nothing yet: the next tick, or the command again, takes it up; if it
               stays, look at the portal itself, and the way there
          us-1  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-2  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-3  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-4  us  since 2026-11-27 06:00 UTC (2 h ago)

      GUARDED, proven: held: maxWeaken lets 1 through
        to do: look at what is held; if it is right: approve: 0123456789abcdef in the
               policy
          umbrella  eu/fleet  since 2026-11-27 06:00 UTC (2 h ago),
                              last archive 2026-11-27 06:00 UTC (2 h ago)

      worth knowing
        KEY_EXPIRES_SOON: the key expires within 30 days
          1 portal: hooli

      eu/fleet: not ok, 44 portals: 42 proven, 2 late;
        tick 2026-11-27 06:00 UTC (2 h ago)
      us: not ok, 16 portals: 4 unknown, 12 proven;
        tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('sixty portals, at 140 columns', async () => {
    expect((await status(sixty, 140)).out).toMatchInlineSnapshot(`
      "7 of 60 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
          old-1  eu/fleet  since 2026-11-25 18:00 UTC (38 h ago), last archive 2026-11-24 03:00 UTC (3 days ago)
          old-2  eu/fleet  since 2026-11-25 18:00 UTC (38 h ago), last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, TIMEOUT: no whole answer within 10 s
        to do: nothing yet: the next tick, or the command again, takes it up; if it stays, look at the portal itself, and the way there
          us-1  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-2  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-3  us  since 2026-11-27 06:00 UTC (2 h ago)
          us-4  us  since 2026-11-27 06:00 UTC (2 h ago)

      GUARDED, proven: held: maxWeaken lets 1 through
        to do: look at what is held; if it is right: approve: 0123456789abcdef in the policy
          umbrella  eu/fleet  since 2026-11-27 06:00 UTC (2 h ago), last archive 2026-11-27 06:00 UTC (2 h ago)

      worth knowing
        KEY_EXPIRES_SOON: the key expires within 30 days
          1 portal: hooli

      eu/fleet: not ok, 44 portals: 42 proven, 2 late; tick 2026-11-27 06:00 UTC (2 h ago)
      us: not ok, 16 portals: 4 unknown, 12 proven; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('two thousand bad portals of one kind are one block on one screen', async () => {
    const { code, out } = await status(many, 80);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "2,000 of 2,000 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
          2,000 portals of fleet: customer-0001, customer-0002, customer-0003,
            customer-0004, customer-0005, customer-0006, customer-0007, customer-0008,
            customer-0009, customer-0010, customer-0011, and 1,989 more
          since 2026-11-25 18:00 UTC (38 h ago)
          last archives 2026-11-24 03:00 UTC (3 days ago)

      fleet: not ok, 2,000 portals: 2,000 late; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('two thousand, at 140 columns, and in a pipe', async () => {
    const { out } = await status(many, 140);
    expect(out).toMatchInlineSnapshot(`
      "2,000 of 2,000 need you (tick 2 h ago)

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
          2,000 portals of fleet: customer-0001, customer-0002, customer-0003, customer-0004, customer-0005, customer-0006, customer-0007,
            customer-0008, customer-0009, customer-0010, customer-0011, customer-0012, customer-0013, customer-0014, customer-0015, customer-0016,
            customer-0017, customer-0018, customer-0019, customer-0020, customer-0021, customer-0022, customer-0023, and 1,977 more
          since 2026-11-25 18:00 UTC (38 h ago)
          last archives 2026-11-24 03:00 UTC (3 days ago)

      fleet: not ok, 2,000 portals: 2,000 late; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
    expect((await status(many)).out).toBe(out);
  });

  test('two thousand have a line each with --verbose', async () => {
    const { out } = await status(many, 140, { verbose: true });
    expect(out.split('\n').filter((line) => line.startsWith('    customer-'))).toHaveLength(2000);
  });

  test('nobody is needed: one line says so, and the exit code', async () => {
    const well = morningReports({ fleet: [proven('acme'), proven('globex')] });
    const { code, out } = await status(well, 80);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "none of 2 needs you (tick 2 h ago)

      fleet: ok, 2 portals: 2 proven; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('after an upload it is not said that all have backups: nobody asked', async () => {
    const { code, out } = await status(morningReports({ fleet: [upload('acme'), upload('globex')] }), 80);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "none of 2 needs you (tick 2 h ago)
        2 portals were not asked for archives: the next tick asks, or policy-sync
        audit

      fleet: ok, 2 portals; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('what is wrong with a policy, and not with a portal', async () => {
    const errors = [{ line: 3, column: 5, message: 'unknown key "x"' }];
    const { code, out } = await status(morningReports({ fleet: [proven('acme')] }, { errors }), 80);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "1 of 1 policy needs you (tick 2 h ago)

      fleet: invalid, 1 error: 3:5: unknown key "x"
        to do: correct it and upload it again: until then its last valid version is
               kept up

      fleet: not ok, 1 portal: 1 proven; tick 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('for a comment: the verdict, kinds, portals', async () => {
    expect((await status(sixty, undefined, { output: 'markdown' })).out).toMatchInlineSnapshot(`
      "### policy-sync status: 7 of 60 need you (tick 2 h ago)

      | portals | verdict | what to do |
      |---:|---|---|
      | 2 | \`late\` | make a backup by hand on the portal's backup page: it shows what keeps the server from it |
      | 4 | \`unknown, TIMEOUT\` | nothing yet: the next tick, or the command again, takes it up; if it stays, look at the portal itself, and the way there |
      | 1 | \`GUARDED, proven\` | look at what is held; if it is right: approve: 0123456789abcdef in the policy |

      | portal | policy | verdict | since | last archive | why |
      |---|---|---|---|---|---|
      | \`old-1\` | \`eu/fleet\` | \`late\` | 2026-11-25 18:00 UTC (38 h ago) | 2026-11-24 03:00 UTC (3 days ago) |  |
      | \`old-2\` | \`eu/fleet\` | \`late\` | 2026-11-25 18:00 UTC (38 h ago) | 2026-11-24 03:00 UTC (3 days ago) |  |
      | \`us-1\` | \`us\` | \`unknown\` | 2026-11-27 06:00 UTC (2 h ago) |  | \`TIMEOUT: no whole answer within 10 s\` |
      | \`us-2\` | \`us\` | \`unknown\` | 2026-11-27 06:00 UTC (2 h ago) |  | \`TIMEOUT: no whole answer within 10 s\` |
      | \`us-3\` | \`us\` | \`unknown\` | 2026-11-27 06:00 UTC (2 h ago) |  | \`TIMEOUT: no whole answer within 10 s\` |
      | \`us-4\` | \`us\` | \`unknown\` | 2026-11-27 06:00 UTC (2 h ago) |  | \`TIMEOUT: no whole answer within 10 s\` |
      | \`umbrella\` | \`eu/fleet\` | \`proven\` | 2026-11-27 06:00 UTC (2 h ago) | 2026-11-27 06:00 UTC (2 h ago) | \`GUARDED: held: maxWeaken lets 1 through\` |

      * 1 portal: \`KEY_EXPIRES_SOON: the key expires within 30 days\`
      * \`eu/fleet\`: \`not ok, 44 portals: 42 proven, 2 late; tick 2026-11-27 06:00 UTC (2 h ago)\`
      * \`us\`: \`not ok, 16 portals: 4 unknown, 12 proven; tick 2026-11-27 06:00 UTC (2 h ago)\`
      "
    `);
  });

  test('two thousand fit into a comment, and it is said how many are left out', async () => {
    const { out } = await status(many, undefined, { output: 'markdown' });
    expect(out.length).toBeLessThan(65_536);
    expect(out.split('\n').slice(0, 5)).toEqual([
      '### policy-sync status: 2,000 of 2,000 need you (tick 2 h ago)',
      '',
      '| portals | verdict | what to do |',
      '|---:|---|---|',
      "| 2,000 | `late` | make a backup by hand on the portal's backup page: it shows what keeps the server from it |",
    ]);
    const rows = out.split('\n').filter((line) => line.startsWith('| `customer-'));
    expect(out).toContain(`_And ${(2000 - rows.length).toLocaleString('en')} portals more: run the command`);
  });

  test('text of reports stays text, in a comment and on a screen', async () => {
    const evil = '`|</td> @everyone [x](http://x) \u001b[2J';
    const error = { code: 'REJECTED', message: evil, retryable: false };
    const place = morningReports({ 'a|b`c': [{ ...silent('acme'), error }] });
    const { out } = await status(place, undefined, { output: 'markdown' });
    const [row = ''] = out.split('\n').filter((line) => line.startsWith('| `acme`'));
    const cells = row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    expect(cells).toHaveLength(6);
    for (const cell of cells) expect(cell).toMatch(/^(`[^`]*`|[\w: ()-]*)$/);
    expect((await status(place, 80)).out).not.toContain('\u001b');
  });
});
