import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colours } from '../../cli/words/colours.ts';
import { describeOutcome } from '../../cli/words/describe-outcome.ts';
import { PAGE_KEY } from '../../functions/model/policy-ref.ts';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { placeFunction } from '../../infra/place-function.ts';
import { startAws } from '../aws/endpoints.ts';
import { putWithEvent } from '../aws/object-events.ts';
import { startFleet } from '../docspace/fleet.ts';
import { openLocalFunction } from '../lambda/local-function.ts';
import { BROKEN_POLICY, DEMO_FLEET, demoPolicy, WITHOUT_SECRET } from './demo-fleet.ts';
import { liveThrough, PROTECTION_FLEET, PROTECTION_POLICY } from './demo-protection.ts';
import { type DemoReport, summaryLine } from './demo-report.ts';

/**
 * The main job on this machine alone: a fleet of DocSpace portals and the two AWS services on loopback, and between
 * them the very bundle that a deployment runs, in a process of its own.
 */
const BUCKET = 'acme-policies';
const KEY = 'policies/fleet.yaml';
const PROTECTION_KEY = 'policies/backups.yaml';

const paint = colours(process.stdout.isTTY === true && !process.env.NO_COLOR);
const say = (text = '') => process.stdout.write(`${text}\n`);
const title = (text: string) => say(`\n${paint.bold(text)}`);

const folder = mkdtempSync(join(tmpdir(), 'policy-sync-demo-'));
const [fleet, aws] = await Promise.all([startFleet([...DEMO_FLEET, ...PROTECTION_FLEET]), startAws()]);
const fn = openLocalFunction({
  bundle: placeFunction(folder),
  env: {
    ...aws.env(),
    POLICY_BUCKET: BUCKET,
    ALLOWED_DESTINATIONS: 'Documents,DataStore,ThirdPartyConsumer:s3:acme-*',
    ALLOW_INSECURE_LOOPBACK: 'true',
  },
});
try {
  await runDemo();
} finally {
  await Promise.all([fn.close(), fleet.close(), aws.close()]);
  rmSync(folder, { recursive: true, force: true });
}

// --- internal ---

async function runDemo(): Promise<void> {
  say(
    `A fleet of ${fleet.portals.length} portals, S3 and Secrets Manager on loopback; the function in its own process.`,
  );
  aws.s3.createBucket(BUCKET, { versioning: true });
  for (const [portal, entry] of Object.entries(fleet.keys())) {
    if (!WITHOUT_SECRET.includes(portal))
      aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
  }

  title(`1. Upload ${KEY}: every portal follows, or says why not`);
  await upload(demoPolicy(7));
  tell('all');

  title('2. Upload it again: portals that are right cost one request, and no write');
  await upload(demoPolicy(7));
  tell('changed');

  title('3. Somebody changes a schedule by hand, a server deletes one; the tick finds both');
  fleet
    .portal('acme')
    .setSchedule({ storageType: 'DataStore', backupsStored: 1, cronParams: { period: 'EveryDay', hour: 3 } });
  fleet.portal('globex').setSchedule(undefined);
  await fn.invoke(TICK_EVENT);
  tell('changed');

  title('4. A schedule is no backup yet: the tick asks every portal for its archives');
  liveThrough(fleet.portal);
  aws.s3.put(BUCKET, PROTECTION_KEY, PROTECTION_POLICY);
  await fn.invoke(TICK_EVENT);
  for (const outcome of report('backups').policies[0].portals)
    say(describeOutcome({ ...outcome, changes: [], warnings: [] }, paint));

  title('5. Two uploads at once, 10 copies and then 14: the newest text wins');
  const events = [10, 14].map((copies) => putWithEvent(aws.s3, BUCKET, KEY, demoPolicy(copies)));
  await Promise.all(events.map((event) => fn.invoke(event)));
  say(
    `  acme keeps ${fleet.portal('acme').schedule?.backupsStored} copies, initech ${fleet.portal('initech').schedule?.backupsStored}`,
  );

  title('6. Upload a broken policy: told where, and no portal is touched');
  await upload(BROKEN_POLICY);
  for (const { line, column, message } of report().policies[0].errors)
    say(`  ${KEY}:${line}:${column}: ${message}`);

  title('7. All of it on one page, as a deployment keeps it at reports/fleet.html');
  say(`  open ${keepPage()}`);

  title('What to try next');
  say('  npx policy-sync validate policies/*.yaml                      check policies, offline');
  say(
    '  npx policy-sync plan YOUR.yaml --keys YOUR-KEYS.yaml          what would change on your own portals',
  );
  say('  npx policy-sync apply YOUR.yaml --keys YOUR-KEYS.yaml         make it so');
  say('  npx policy-sync audit YOUR.yaml --keys YOUR-KEYS.yaml         who is protected');
  say(
    '  npx policy-sync adopt --keys YOUR-KEYS.yaml                   write a policy from what they hold now',
  );
  say(
    '  npx cdk deploy                                                have it done by a bucket (see README.md)',
  );
}

/** Writes the page where it stays when the demo is over. */
function keepPage(): string {
  const page = join(mkdtempSync(join(tmpdir(), 'policy-sync-page-')), 'fleet.html');
  writeFileSync(page, aws.s3.text(BUCKET, PAGE_KEY) ?? '');
  return page;
}

async function upload(text: string): Promise<void> {
  await fn.invoke(putWithEvent(aws.s3, BUCKET, KEY, text));
}

function report(policy = 'fleet'): DemoReport {
  return JSON.parse(aws.s3.text(BUCKET, `reports/${policy}/latest.json`) ?? '');
}

function tell(which: 'all' | 'changed'): void {
  const { portals, totals } = report().policies[0];
  const shown =
    which === 'all'
      ? portals
      : portals.filter(({ action, status }) => status === 'done' && action !== 'none');
  for (const outcome of shown) {
    say(describeOutcome(which === 'all' ? { ...outcome, changes: [], warnings: [] } : outcome, paint));
  }
  say(`  ${summaryLine(totals)}`);
}
