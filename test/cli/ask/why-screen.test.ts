import { describe, expect, test } from 'vitest';
import { writeFiles } from '../run-cli.ts';
import { late, morningReports, NOW, proven, silent, upload } from './morning-reports.ts';
import { screenOf } from './screen.ts';

const POLICY = `version: 1
defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
portals: { acme: }
`;

async function why(outcome: object | undefined, columns?: number) {
  const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': POLICY });
  const reports = outcome && morningReports({ fleet: [outcome] });
  const question = { kind: 'why' as const, portal: 'acme', files: [file], reports, json: false };
  const { out } = await screenOf(question, { now: NOW, ...(columns && { columns }) });
  return out.slice(0, out.indexOf('acme: policy fleet'));
}

describe('why begins with the verdict', () => {
  test('of a portal that needs somebody, with what to do', async () => {
    expect(await why(late('acme'), 80)).toMatchInlineSnapshot(`
      "acme: late, since 2026-11-25 18:00 UTC (38 h ago),
        seen 2026-11-27 06:00 UTC (2 h ago),
        last archive 2026-11-24 03:00 UTC (3 days ago)
        to do: make a backup by hand on the portal's backup page: it shows what keeps
               the server from it
      "
    `);
    expect(await why(late('acme'), 140)).toMatchInlineSnapshot(`
      "acme: late, since 2026-11-25 18:00 UTC (38 h ago), seen 2026-11-27 06:00 UTC (2 h ago), last archive 2026-11-24 03:00 UTC (3 days ago)
        to do: make a backup by hand on the portal's backup page: it shows what keeps the server from it
      "
    `);
    expect(await why(silent('acme'))).toMatchInlineSnapshot(`
      "acme: unknown, TIMEOUT, since 2026-11-27 06:00 UTC (2 h ago), seen 2026-11-27 06:00 UTC (2 h ago)
        to do: nothing yet: the next tick, or the command again, takes it up; if it stays, look at the portal itself, and the way there
      "
    `);
  });

  test('of one that is well, or was not asked', async () => {
    expect(await why(proven('acme'), 140)).toMatchInlineSnapshot(`
      "acme: proven, seen 2026-11-27 06:00 UTC (2 h ago), last archive 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
    expect(await why(upload('acme'), 140)).toMatchInlineSnapshot(`
      "acme: well, as far as was asked, seen 2026-11-27 06:00 UTC (2 h ago)
      "
    `);
  });

  test('and says so where nothing is known', async () => {
    expect(await why(undefined)).toMatchInlineSnapshot(`
      "acme: whether it has a backup is not known here: --reports PLACE tells
      "
    `);
    expect(await why(proven('other'))).toMatchInlineSnapshot(`
      "acme: whether it has a backup is not known here: no report speaks of it
      "
    `);
  });
});
