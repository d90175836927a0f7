import { describe, expect, test } from 'vitest';
import { auditMarkdownReporter, auditReporter, withNeeds } from '../../../cli/run/audit-reporter.ts';
import { jsonReporter } from '../../../cli/run/json-reporter.ts';
import { COMMENT, markdownReporter } from '../../../cli/run/markdown-reporter.ts';
import type { Reporter } from '../../../cli/run/reporter.ts';
import type { LoadedPolicy } from '../../../cli/sources/load-policies.ts';
import { colours } from '../../../cli/words/colours.ts';
import type { PortalOutcome } from '../../../functions/model/outcome.ts';
import type { Protection } from '../../../functions/model/protection.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { NO_TOTALS } from '../../../functions/report/totals.ts';
import { policyText } from '../../policy-text.ts';

const NOW = new Date('2026-11-27T08:00:00.000Z');
const BEGAN = new Date('2026-11-27T07:59:58.000Z');

function outcome(
  portal: string,
  protection: Partial<Protection>,
  more: Partial<PortalOutcome> = {},
): PortalOutcome {
  const archives: Protection = { verdict: 'proven', lastBackup: null, lastArchive: null, due: null };
  return {
    ...{ portal, action: 'none', status: 'done', changes: [], warnings: [], requests: 7, attempts: 1 },
    protection: { ...archives, ...protection },
    ...more,
  };
}

const proven = (portal: string) => outcome(portal, { lastArchive: '2026-11-27T03:00:00.000Z' });
const late = (portal: string) =>
  outcome(portal, { verdict: 'late', lastArchive: '2026-11-24T03:00:00.000Z', bad: true });
const claimed = (portal: string) =>
  outcome(portal, { verdict: 'claimed', lastBackup: '2026-11-26T03:00:00.000Z', bad: true });
const refused = (portal: string) =>
  outcome(
    portal,
    { verdict: 'unknown', bad: true },
    {
      ...{ action: null, status: 'failed' },
      error: {
        code: 'UNAUTHORIZED',
        message: `the key is unknown (${portal})`,
        httpStatus: 401,
        retryable: false,
      },
    },
  );

const policy: LoadedPolicy = {
  policy: 'fleet',
  file: 'fleet.yaml',
  version: 'v1',
  reading: readPolicy(Buffer.from(policyText(['acme']))),
};

/** What an audit of these portals prints; no columns: a pipe. */
function audited(
  outcomes: readonly PortalOutcome[],
  reporter: (out: {
    write(text: string): unknown;
    isTerminal: boolean;
    columns?: number | undefined;
  }) => Reporter,
  columns?: number,
): string {
  let printed = '';
  const out = {
    isTerminal: columns !== undefined,
    columns,
    write: (text: string) => {
      printed += text;
    },
  };
  const told = reporter(out);
  told.begin({ verb: 'audit', startedAt: BEGAN, portals: outcomes.length });
  told.policyBegin(policy);
  for (const one of outcomes) {
    told.outcome(one, policy);
  }
  told.policyEnd(policy, NO_TOTALS);
  told.end({ finishedAt: NOW, exitCode: 1 });
  return printed;
}

const screen = (outcomes: readonly PortalOutcome[], columns?: number, isVerbose = false) =>
  audited(
    outcomes,
    (out) =>
      auditReporter({ out, err: { ...out, isTerminal: false }, paint: colours(false), verbose: isVerbose }),
    columns,
  );

const names = (count: number) => Array.from({ length: count }, (_, index) => `customer-${index + 1}`);

const THREE = [proven('acme'), claimed('globex'), refused('initech')];
const SIXTY = [
  ...names(42).map(proven),
  outcome('hooli', {}, { warnings: [{ code: 'KEY_INACTIVE', message: 'the key is switched off' }] }),
  ...['stark', 'wayne'].map(refused),
  ...Array.from({ length: 15 }, (_, index) => late(`old-${index + 1}`)),
];
const MANY = names(2000).map(late);

describe('an audit says who needs you', () => {
  test('three portals, at 80 columns', () => {
    expect(screen(THREE, 80)).toMatchInlineSnapshot(`
      "2 of 3 need you

      claimed: the server says that it ran, and no archive is there
        to do: look at where the backups go (is it full, or its login over?), and make
               one by hand on the portal's backup page
          globex  fleet  ran 2026-11-26 03:00 UTC (29 h ago), no archive

      unknown, UNAUTHORIZED: the key is unknown (initech)
        to do: make a new key as an administrator of the portal, and put it into the
               portal's key entry
          initech  fleet

      fleet: 3 portals: 1 proven, 1 claimed, 1 unknown
      "
    `);
  });

  test('three portals, at 140 columns, and in a pipe', () => {
    expect(screen(THREE, 140)).toMatchInlineSnapshot(`
      "2 of 3 need you

      claimed: the server says that it ran, and no archive is there
        to do: look at where the backups go (is it full, or its login over?), and make one by hand on the portal's backup page
          globex  fleet  ran 2026-11-26 03:00 UTC (29 h ago), no archive

      unknown, UNAUTHORIZED: the key is unknown (initech)
        to do: make a new key as an administrator of the portal, and put it into the portal's key entry
          initech  fleet

      fleet: 3 portals: 1 proven, 1 claimed, 1 unknown
      "
    `);
    expect(screen(THREE)).toBe(screen(THREE, 140));
  });

  test('sixty portals, at 80 columns', () => {
    expect(screen(SIXTY, 80)).toMatchInlineSnapshot(`
      "17 of 60 need you

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
          old-1   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-2   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-3   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-4   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-5   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-6   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-7   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-8   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-9   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-10  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-11  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-12  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-13  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-14  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-15  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, UNAUTHORIZED
        to do: make a new key as an administrator of the portal, and put it into the
               portal's key entry
          stark  fleet  the key is unknown (stark)
          wayne  fleet  the key is unknown (wayne)

      worth knowing
        KEY_INACTIVE: the key is switched off
          1 portal: hooli

      fleet: 60 portals: 43 proven, 15 late, 2 unknown
      "
    `);
  });

  test('sixty portals, at 140 columns, and in a pipe', () => {
    expect(screen(SIXTY, 140)).toMatchInlineSnapshot(`
      "17 of 60 need you

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
          old-1   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-2   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-3   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-4   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-5   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-6   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-7   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-8   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-9   fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-10  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-11  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-12  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-13  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-14  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)
          old-15  fleet  last archive 2026-11-24 03:00 UTC (3 days ago)

      unknown, UNAUTHORIZED
        to do: make a new key as an administrator of the portal, and put it into the portal's key entry
          stark  fleet  the key is unknown (stark)
          wayne  fleet  the key is unknown (wayne)

      worth knowing
        KEY_INACTIVE: the key is switched off
          1 portal: hooli

      fleet: 60 portals: 43 proven, 15 late, 2 unknown
      "
    `);
    expect(screen(SIXTY)).toBe(screen(SIXTY, 140));
  });

  test('two thousand, at 80 columns: one block', () => {
    expect(screen(MANY, 80)).toMatchInlineSnapshot(`
      "2,000 of 2,000 need you

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
          2,000 portals of fleet: customer-1, customer-2, customer-3, customer-4,
            customer-5, customer-6, customer-7, customer-8, customer-9, customer-10,
            customer-11, customer-12, customer-13, customer-14, and 1,986 more
          last archives 2026-11-24 03:00 UTC (3 days ago)

      fleet: 2,000 portals: 2,000 late
      "
    `);
  });

  test('two thousand, at 140 columns, and in a pipe', () => {
    expect(screen(MANY, 140)).toMatchInlineSnapshot(`
      "2,000 of 2,000 need you

      late: the newest archive is older than the schedule allows, or there is none
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
          2,000 portals of fleet: customer-1, customer-2, customer-3, customer-4, customer-5, customer-6, customer-7, customer-8, customer-9,
            customer-10, customer-11, customer-12, customer-13, customer-14, customer-15, customer-16, customer-17, customer-18, customer-19,
            customer-20, customer-21, customer-22, customer-23, customer-24, customer-25, customer-26, customer-27, customer-28, and 1,972 more
          last archives 2026-11-24 03:00 UTC (3 days ago)

      fleet: 2,000 portals: 2,000 late
      "
    `);
    expect(screen(MANY)).toBe(screen(MANY, 140));
  });

  test('of many with words of their own, one is told', () => {
    expect(screen(names(21).map(refused), 140)).toMatchInlineSnapshot(`
      "21 of 21 need you

      unknown, UNAUTHORIZED
        to do: make a new key as an administrator of the portal, and put it into the portal's key entry
          21 portals of fleet: customer-1, customer-2, customer-3, customer-4, customer-5, customer-6, customer-7, customer-8, customer-9,
            customer-10, customer-11, customer-12, customer-13, customer-14, customer-15, customer-16, customer-17, customer-18, customer-19,
            customer-20, customer-21
          for one, customer-1: the key is unknown (customer-1)

      fleet: 21 portals: 21 unknown
      "
    `);
  });

  test('--verbose has a block for each portal before it', () => {
    expect(screen(THREE.slice(0, 2), 140, true)).toMatchInlineSnapshot(`
      "  = acme             unchanged
            proven: last archive 2026-11-27 03:00 UTC
        = globex           unchanged
            claimed: the server says that it ran, but there is no archive

      1 of 2 needs you

      claimed: the server says that it ran, and no archive is there
        to do: look at where the backups go (is it full, or its login over?), and make one by hand on the portal's backup page
          globex  fleet  ran 2026-11-26 03:00 UTC (29 h ago), no archive

      fleet: 2 portals: 1 proven, 1 claimed
      "
    `);
  });

  test('for a comment', () => {
    const text = audited(THREE, (out) => auditMarkdownReporter(out, markdownReporter(out, COMMENT)));
    expect(text).toMatchInlineSnapshot(`
      "### policy-sync audit: 2 of 3 need you

      | portals | verdict | what to do |
      |---:|---|---|
      | 1 | \`claimed\` | look at where the backups go (is it full, or its login over?), and make one by hand on the portal's backup page |
      | 1 | \`unknown, UNAUTHORIZED\` | make a new key as an administrator of the portal, and put it into the portal's key entry |

      | portal | policy | verdict | since | last archive | why |
      |---|---|---|---|---|---|
      | \`globex\` | \`fleet\` | \`claimed\` |  |  |  |
      | \`initech\` | \`fleet\` | \`unknown\` |  |  | \`UNAUTHORIZED: the key is unknown (initech)\` |

      * \`fleet\`: \`3 portals: 1 proven, 1 claimed, 1 unknown\`
      "
    `);
  });

  test('as JSON: the same, at the document’s end', () => {
    const document = JSON.parse(audited(THREE, (out) => withNeeds(jsonReporter(out))));
    expect(document.policies[0].portals).toHaveLength(3);
    expect(document.needYou).toEqual({
      portals: 3,
      count: 2,
      notAsked: 0,
      items: [
        {
          ...{ policy: 'fleet', portal: 'globex', verdict: 'claimed', since: null, lastArchive: null },
          ...{
            seenAt: NOW.toISOString(),
            ageSeconds: 0,
            todo: expect.stringContaining('where the backups go'),
          },
        },
        {
          ...{ policy: 'fleet', portal: 'initech', verdict: 'unknown', since: null, lastArchive: null },
          ...{ code: 'UNAUTHORIZED', message: 'the key is unknown (initech)' },
          ...{ seenAt: NOW.toISOString(), ageSeconds: 0, todo: expect.stringContaining('make a new key') },
        },
      ],
    });
  });
});
