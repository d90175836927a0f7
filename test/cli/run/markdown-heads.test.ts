import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Verb } from '../../../cli/request.ts';
import { COMMENT, JOB_SUMMARY, markdownReporter } from '../../../cli/run/markdown-reporter.ts';
import type { ExitCode } from '../../../cli/terminal.ts';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';
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

function comment(
  policies: readonly ToldPolicy[],
  exitCode: ExitCode = 1,
  room = COMMENT,
  verb: Verb = 'plan',
) {
  const out = keptOutput();
  tell(markdownReporter(out, room), verb, exitCode, policies);
  return out.text();
}

const MANY = named(2_000);
const title = (text: string) => text.split('\n')[0];
const head = (text: string) => text.slice(0, text.indexOf('<details>'));

describe('the comment', () => {
  test('for 2,000 changed portals with one removal shows that removal and the digest in its first 30 lines', () => {
    const outcomes = MANY.map((portal, index) =>
      index === 1_234 ? removed(portal, held) : weaker(portal, 8 + (index % 23), held),
    );
    const text = comment([{ outcomes, guard: guardOver('maxWeaken', 200, MANY) }]);
    expect(text.length).toBeLessThan(65_536);
    expect(`\n${head(text)}`).toMatchInlineSnapshot(`
      "
      ### policy-sync plan: GUARDED, 1 to remove

      * \`fleet\` GUARDED: maxWeaken lets 200 through, 2,000 are planned; none of the 2,000 held changes is written; to let exactly these through: \`approve: 0123456789abcdef\`

      | | portals | what | which |
      | --- | ---: | --- | --- |
      | \`? held\` | 1 | \`remove\` (may delete archives) | \`customer-1234\` |
      | \`? held\` | 1,999 | \`weaken: backupsStored 8 to 30 -> 7\` (deletes archives) | \`customer-0000\`, \`customer-0001\`, \`customer-0002\`, \`customer-0003\`, \`customer-0004\` and 1,994 more |

      **1 removal:** \`customer-1234\`

      **\`fleet: 2,000 portals: 2,000 held\`**

      \`apply writes 0, holds 2,000 (maxWeaken lets 200 through; to let them through: approve: 0123456789abcdef)\`

      "
    `);
    const first = text.split('\n').slice(0, 30).join('\n');
    expect(first).toContain('`customer-1234`');
    expect(first).toContain('`approve: 0123456789abcdef`');
  });

  test.each<[string, ExitCode, readonly ToldPolicy[]]>([
    ['nothing to change', 0, [{ outcomes: [unchanged('acme')] }]],
    ['changes', 2, [{ outcomes: [weaker('acme')] }]],
    ['3 to remove', 2, [{ outcomes: ['a', 'b', 'c'].map((portal) => removed(portal)) }]],
    ['changes', 2, [{ outcomes: [removed('acme', detect), weaker('globex')] }]],
    ['something is wrong', 1, [{ outcomes: [failed('acme', 'no answer')] }]],
    ['GUARDED', 1, [{ outcomes: [weaker('acme', 30, held)], guard: guardOver('maxWeaken', 0, ['acme']) }]],
    [
      'GUARDED, something is wrong, 1 to remove',
      1,
      [
        {
          outcomes: [failed('acme', 'no answer'), removed('globex', held)],
          guard: guardOver('maxRemove', 0, ['globex']),
        },
      ],
    ],
  ])('begins with the verdict: %s', (verdict, exitCode, policies) => {
    expect(title(comment(policies, exitCode))).toBe(`### policy-sync plan: ${verdict}`);
  });

  test('of an apply says what it removed', () => {
    const outcomes = [removed('acme', { status: 'done' }), created('globex', { status: 'done' })];
    expect(title(comment([{ outcomes }], 0, COMMENT, 'apply'))).toBe('### policy-sync apply: 1 removed');
  });

  test('has a table by kind, worst first, and folds the details in colours', () => {
    const outcomes = [
      unchanged('umbrella'),
      created('acme'),
      weaker('globex'),
      removed('initech'),
      failed('hooli', 'there is no host hooli.example.com (ENOTFOUND)'),
      weaker('stark', 30, detect),
    ];
    expect(`\n${comment([{ outcomes }])}`).toMatchInlineSnapshot(`
      "
      ### policy-sync plan: something is wrong, 1 to remove

      | | portals | what | which |
      | --- | ---: | --- | --- |
      | \`! failed\` | 1 | \`UNREACHABLE: there is no host hooli.example.com (ENOTFOUND)\` | \`hooli\` |
      | \`- remove\` | 1 | (may delete archives) | \`initech\` |
      | \`~ weaken\` | 1 | \`backupsStored 30 -> 7\` (deletes archives) | \`globex\` |
      | \`~ weaken\` | 1 | \`backupsStored 30 -> 7\` (only detected, deletes archives) | \`stark\` |
      | \`+ create\` | 1 | \`storageType ThirdPartyConsumer, storageParams.module s3, storageParams.bucket acme-backups, storageParams.subdir acme, backupsStored 7, cronParams.period EveryDay, cronParams.hour 3\` | \`acme\` |

      **1 removal:** \`initech\`

      **\`fleet: 6 portals: 1 to create, 1 to update, 1 to remove, 1 unchanged, 1 only detected, 1 failed\`**

      \`apply writes 3, only watches 1 (mode: detect)\`

      <details><summary>details</summary>

      \`\`\`\`\`diff
      - initech          to remove
            backupsStored          7 -> (none)
            MAY_DELETE_ARCHIVES: some server releases delete the archives of a schedule with it: copy those that you need first
      ! hooli            failed  UNREACHABLE: there is no host hooli.example.com (ENOTFOUND)
      + acme             to create
            storageType            ThirdPartyConsumer
            storageParams.module   s3
            storageParams.bucket   acme-backups
            storageParams.subdir   acme
            backupsStored          7
            cronParams.period      EveryDay
            cronParams.hour        3
            first backup 2026-11-27 09:15 UTC
            RUNS_AT_ONCE: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
      ! globex           to update
            backupsStored          30 -> 7
            first backup 2026-11-28 03:00 UTC
            RUNS_AT_ONCE: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
            DELETES_ARCHIVES: 30 copies are kept now, 7 then: the server deletes the older archives
      ! stark            only detected (to update)
            backupsStored          30 -> 7
            first backup 2026-11-28 03:00 UTC
            RUNS_AT_ONCE: a backup starts within minutes of the write: it is past 3:00 in the portal's time zone
            DELETES_ARCHIVES: 30 copies are kept now, 7 then: the server deletes the older archives
      \`\`\`\`\`

      </details>

      "
    `);
  });

  test('names each of 2,000 removals as far as there is room, and says how many it does not', () => {
    const names = MANY.map((name) => `${name}-${'x'.repeat(40)}`);
    const outcomes = names.map((portal) => removed(portal, held));
    const text = comment([{ outcomes, guard: guardOver('maxRemove', 200, names) }]);
    expect(text.length).toBeLessThan(65_536);
    const [, told = '', more = ''] =
      /\*\*2,000 removals:\*\* (.*) and ([\d,]+) more, not named for want of room\n/.exec(text) ?? [];
    expect(told.split(', ').length + Number(more.replace(',', ''))).toBe(2_000);
    expect(told.split(', ').length).toBeGreaterThan(900);
    expect(text).toContain('fleet: 2,000 portals: 2,000 held');
    const short = comment([{ outcomes: MANY.map((portal) => removed(portal)) }], 2);
    for (const name of MANY) expect(short).toContain(`\`${name}\``);
  });

  test('tells each of 85 guarded policies with its digest, whatever has to go', () => {
    const policies = named(85, 'region/team').map((policy, place) => {
      const names = named(60, `p${place}`);
      const guard = { ...guardOver('maxWeaken', 6, names), digest: `digest-${place}-` };
      return {
        policy,
        guard,
        outcomes: names.map((portal, i) => (i === 0 ? removed(portal, held) : weaker(portal, 30, held))),
      };
    });
    const text = comment(policies);
    expect(text.length).toBeLessThan(65_536);
    for (let place = 0; place < 85; place++) {
      expect(text).toContain(`\`approve: digest-${place}-\``);
      expect(text).toContain(`p${place}-0000\``);
    }
    expect(text.indexOf('digest-84-')).toBeLessThan(text.indexOf('<details>'));
    const few = policies.map((one) => ({ ...one, outcomes: one.outcomes.slice(0, 2) }));
    const thousands = comment(Array.from({ length: 15 }, () => few).flat());
    expect(thousands.length).toBeLessThan(65_536);
    expect(thousands).toMatch(/and [\d,]+ more policies over a guard, not named for want of room/);
  });

  test('is nothing but text, whatever stands in names and messages', () => {
    const evil = '`</details>|@everyone\n# [x](https://evil.example) <img src=x>';
    const outcomes = [
      { ...failed('acme', evil), error: { code: 'REJECTED' as const, message: evil, retryable: false } },
      created('globex', { changes: [{ field: evil, from: null, to: evil }] }),
    ];
    const text = comment([
      { policy: evil, outcomes },
      { policy: 'other', outcomes: [unchanged('a')] },
    ]);
    // Without what stands in code there is nothing of it left.
    const plain = text.replace(/`````diff\n[\s\S]*?\n`````/g, '').replace(/`[^`\n]*`/g, '');
    expect(plain).not.toMatch(/everyone|evil|img|\[x\]/);
    expect(plain.match(/<\/?\w+/g)?.every((tag) => /^<\/?(details|summary)$/.test(tag))).toBe(true);
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(text.match(/^`````/gm)).toHaveLength(2);
  });
});

describe('--summary FILE', () => {
  test('is whole, up to what a job’s summary takes', () => {
    const outcomes = MANY.map((portal) => weaker(portal));
    const text = comment([{ outcomes }], 2, JOB_SUMMARY);
    for (const name of MANY) expect(text).toContain(`\n! ${name} `);
    expect(text).not.toContain('not shown');
    const most = comment([{ outcomes: named(20_000).map((portal) => weaker(portal)) }], 2, JOB_SUMMARY);
    expect(Buffer.byteLength(most)).toBeLessThan(1_048_576);
    expect(most).toMatch(/_[\d,]+ more, not shown/);
  });

  test('is added to the file, beside what stdout is told', async () => {
    const summary = join(mkdtempSync(join(tmpdir(), 'policy-sync-summary-')), 'summary.md');
    writeFileSync(summary, 'before\n');
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys: '{}' });
    const args = ['plan', files['fleet.yaml'], '--keys', files.keys, '--summary', summary, '--json'];
    const { code, out, err } = await runCli(args);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out).policies).toHaveLength(1);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### policy-sync plan: something is wrong\n/);
  });

  test('that can not be written is told, and is no success', async () => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']) });
    const run = await runCli(['validate', files['fleet.yaml'], '--summary', '/nowhere/summary.md']);
    expect(run).toMatchObject({
      code: 1,
      err: 'policy-sync: the summary could not be written to /nowhere/summary.md (ENOENT)\n',
    });
  });
});
