import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../functions/model/settings.ts';
import { runCli } from './cli/run-cli.ts';
import { BUCKET, type Deployment, deploy, policyText, TICK } from './functions/deployment.ts';
import { storedAs } from './functions/protected-portals.ts';
import './functions/patience.ts';

/**
 * docs/operations.md is read by somebody whom an alarm has woken: each of its sentences that can be tried is tried here,
 * with the function as it is deployed. A sentence that is changed there has to be changed, and tried anew, here.
 * Which alarm rings when is in infra/alarms-ring.test.ts, which code belongs to which in functions/handler/one-word.test.ts.
 */

const KEY = 'policies/fleet.yaml';
const ALL = Array.from({ length: 25 }, (_, index) => `p${index}`);
const INVALID = 'version: 1\nnonsense: true\n';
const DOWN = { kind: 'status', status: 503, headers: { 'retry-after': '3600' } } as const;

const worlds = new Map<string, Deployment>();

/** A deployment with these settings; made once. */
async function worldWith(env: Record<string, string> = {}): Promise<Deployment> {
  const name = JSON.stringify(env);
  const world =
    worlds.get(name) ??
    (await deploy(
      ALL.map((portal) => ({ name: portal })),
      env,
    ));
  worlds.set(name, world);
  return world;
}

let world: Deployment;
const FRESH = { KEY_CACHE_SECONDS: '0' };
beforeEach(async () => {
  for (const one of worlds.values()) one.reset();
  world = await worldWith(FRESH);
});
afterAll(() => Promise.all([...worlds.values()].map((one) => one.close())));

const policy = (of = 'fleet', one = world) => one.report(of).policies[0];
const codes = (of = 'fleet') => policy(of).portals.map(({ error }) => error?.code);
const edit = (portal = 'p0') =>
  world.fleet.portal(portal).setSchedule({ ...storedAs(portal), backupsStored: 3 });
const secretOf = (portal: string) => `docspace/portals/${portal}`;
const putKey = (portal: string) =>
  world.aws.secrets.put(secretOf(portal), JSON.stringify(world.fleet.keys()[portal]));
/** The keys of these portals, and of no others, as one group. */
const putGroup = (...portals: string[]) => {
  const entries = portals.map((portal) => [portal, world.fleet.keys()[portal]]);
  world.aws.secrets.put(secretOf('groups/all'), JSON.stringify(Object.fromEntries(entries)));
};
/** A policy with these selectors, in its line 8. */
const selecting = (selectors: string, named = '{}') =>
  policyText([]).replace(/^portals:.*/m, `select: [${selectors}]\nportals: ${named}`);
const copies = (portal = 'p0') => world.fleet.portal(portal).schedule?.backupsStored;
const requests = () => world.fleet.requests.counts;
const metric = (name: string) => world.log().findLast((line) => name in line)?.[name];

/** What the page says, and what shows that it is so. */
const SENTENCES: readonly (readonly [sentence: string, show: () => Promise<unknown>])[] = [
  [
    'a portal that is as it should be is read, and asked how it is protected, and gets no write.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      world.fleet.requests.clear();
      await world.tick();
      expect(requests()).toMatchObject({ read: 1, write: 0, delete: 0 });
      expect(requests().other).toBeGreaterThan(0);
    },
  ],
  [
    'It also goes off while an upload waits for its second or third try because portals were left.',
    async () => {
      world.fleet.portal('p0').fault = DOWN;
      const answers = await world.retries(world.put(KEY, policyText(['p0'])), 3);
      expect(answers.map(({ errorType }) => errorType)).toEqual([
        'PortalsLeftError',
        'PortalsLeftError',
        undefined,
      ]);
      expect(policy()).toMatchObject({ attempt: 3, totals: { failed: 1 } });
    },
  ],
  [
    'an upload is tried three times, then each tick tries again.',
    async () => {
      world.fleet.portal('p0').fault = DOWN;
      await world.retries(world.put(KEY, policyText(['p0'])), 3);
      world.fleet.portal('p0').fault = undefined;
      expect((await world.tick()).result).toMatchObject({ ok: true, totals: { create: 1 } });
    },
  ],
  [
    '`advice` in the log line says what a bucket in another region or account needs.',
    async () => {
      world.aws.faults.add({
        service: 's3',
        operation: 'ListObjectsV2',
        status: 301,
        code: 'PermanentRedirect',
      });
      await world.upload(KEY, policyText(['p0']));
      expect(world.log().find(({ message }) => message === 'the run failed')).toHaveProperty('advice');
    },
  ],
  [
    'that portal had no turn, and the next run takes it first.',
    async () => {
      const event = world.put(KEY, policyText(['p0', 'p1']));
      await world.fn.invoke(event, { timeoutMs: 30_000 });
      expect(codes()).toEqual(['INTERRUPTED', 'INTERRUPTED']);
      world.put(KEY, policyText(['p2', 'p0', 'p1']));
      world.fleet.requests.clear();
      await world.tick();
      expect(policy().totals).toMatchObject({ create: 3, failed: 0 });
    },
  ],
  [
    'Uploads don’t look.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      expect(policy().portals[0]).not.toHaveProperty('protection');
      await world.tick();
      expect(policy().portals[0]).toHaveProperty('protection');
    },
  ],
  [
    'Nothing of the new text is done; ticks go on with its last valid version (`appliedVersion` in the report), in a bucket with versions.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      const valid = policy().version;
      edit();
      world.fleet.requests.clear();
      await world.upload(KEY, INVALID);
      expect(requests().all).toBe(0);
      await world.tick();
      expect(policy()).toMatchObject({ appliedVersion: valid });
      expect(policy().errors.length).toBeGreaterThan(0);
      expect(copies()).toBe(7);
    },
  ],
  [
    'No other policy can take its portals.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      await world.upload(KEY, INVALID);
      await world.upload('policies/other.yaml', policyText(['p0'], 9));
      expect(codes('other')).toEqual(['CONFLICT']);
      expect(copies()).toBe(7);
    },
  ],
  [
    'The report has line and column of each error; `npx policy-sync validate FILE` has them, too, before the upload.',
    async () => {
      await world.upload(KEY, INVALID);
      const { line, column, message } = policy().errors[0] ?? {};
      const { out } = await runCli(['validate', `s3://${BUCKET}/${KEY}`], world.aws.env());
      expect(out).toContain(`${line}:${column}: ${message}`);
    },
  ],
  [
    'The alarm ends by itself, the keys stay in the metric `UngovernedKeys`.',
    async () => {
      await world.upload(KEY, policyText(ALL));
      await world.tick();
      world.aws.secrets.put('docspace/portals/new', '{}');
      await world.tick();
      expect(metric('NewUngovernedKeys')).toBe(1);
      await world.tick();
      expect([metric('NewUngovernedKeys'), metric('UngovernedKeys')]).toEqual([0, 1]);
    },
  ],
  [
    'Look in the log for that policy: `another run is at this policy`, `no time was left`, or a run that dies each time',
    async () => {
      const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/fleet/latest.json' });
      const run = world.upload(KEY, policyText(['p0']));
      await held.arrived;
      await world.fn.invoke(TICK);
      held.letGo();
      await run;
      await world.fn.invoke(TICK, { timeoutMs: 30_000 });
      const said = world.log().map(({ message }) => String(message));
      expect(said).toContain('another run is at this policy');
      expect(said.some((message) => message.startsWith('no time was left'))).toBe(true);
    },
  ],
  [
    'A warm function keeps a key for five minutes; when a portal refuses it, it reads the secret once more at once.',
    async () => {
      expect(readSettings({ POLICY_BUCKET: 'b' }).keyCacheMs).toBe(5 * 60_000);
      const warm = await worldWith();
      await warm.upload(KEY, policyText(['p0']));
      const secret = { url: warm.fleet.keys().p0?.url, apiKey: 'sk-rotated' };
      warm.aws.secrets.put('docspace/portals/p0', JSON.stringify(secret));
      warm.fleet.portal('p0').keys = [{ key: 'sk-rotated' }];
      const calls = () => warm.aws.calls.all.filter(({ service }) => service === 'secretsmanager').length;
      const before = calls();
      expect((await warm.upload(KEY, policyText(['p0'], 9))).result).toMatchObject({ ok: true });
      expect(calls()).toBe(before + 1);
    },
  ],
  [
    'Each report names the version that it is about',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      expect(policy().version).toBe(world.changes.at(-1)?.versionId);
    },
  ],
  [
    'Taking a portal, or a whole policy, out of the bucket changes nothing on any portal: schedules stay as they are, and the report lists them once under `released`.',
    async () => {
      await world.upload(KEY, policyText(['p0', 'p1']));
      world.fleet.requests.clear();
      await world.upload(KEY, policyText(['p1']));
      expect(policy().released).toEqual(['p0']);
      await world.tick();
      expect(policy().released).toEqual([]);
      await world.fn.invoke(world.remove(KEY));
      expect(policy().released).toEqual(['p1']);
      expect(requests()).toMatchObject({ write: 0, delete: 0 });
      expect([copies('p0'), copies('p1')]).toEqual([7, 7]);
    },
  ],
  [
    'When the report says `remove` and `done`, take it out of the policy and delete the secret.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      await world.upload(KEY, policyText(['p0']).replace('p0: ', 'p0: { state: absent }'));
      expect(policy().portals).toMatchObject([{ action: 'remove', status: 'done' }]);
      expect(world.fleet.portal('p0').schedule).toBeUndefined();
    },
  ],
  [
    'After the upload each tick reports what differs on them, and writes to none.',
    async () => {
      await world.upload(KEY, selecting('{ match: "*", mode: detect }'));
      edit();
      await world.tick();
      expect(policy().portals).toHaveLength(ALL.length);
      expect(policy().portals[0]).toMatchObject({ action: 'update', status: 'planned' });
      expect(requests().write).toBe(0);
    },
  ],
  [
    'the first line that fits counts, so put one without `mode` above',
    async () => {
      await world.upload(KEY, selecting('{ match: p0 }, { match: "p*", mode: detect }'));
      const [first, second] = policy().portals;
      expect([first, second]).toMatchObject([{ status: 'done' }, { status: 'planned' }]);
      expect(requests().write).toBe(1);
    },
  ],
  [
    'the next tick governs it, and the report has the line under `selected`.',
    async () => {
      for (const portal of ['p1', 'p2']) world.aws.secrets.remove(secretOf(portal));
      await world.upload(KEY, selecting('{ match: [p0, p1, p2] }'));
      putKey('p1');
      putGroup('p2');
      await world.tick();
      const selected = { status: 'done', selected: { line: 8 } };
      expect(policy().portals).toMatchObject([
        { portal: 'p0', action: 'none' },
        { portal: 'p1', action: 'create', ...selected },
        { portal: 'p2', action: 'create', ...selected },
      ]);
    },
  ],
  [
    'there it is named, and no selector has it any more.',
    async () => {
      await world.upload(KEY, selecting('{ match: [p0, p1] }'));
      const text = selecting('{ match: [p0, p1] }', '{ p0: { backupsStored: 9 } }');
      await world.upload(KEY, text);
      expect(policy().portals.map(({ portal, action }) => [portal, action])).toEqual([
        ['p0', 'update'],
        ['p1', 'none'],
      ]);
      expect(policy().portals[0]).not.toHaveProperty('selected');
    },
  ],
  [
    'the single secret counts until it is deleted, then the group’s entry does, and nothing is written.',
    async () => {
      await world.upload(KEY, selecting('{ match: p0 }'));
      world.fleet.requests.clear();
      putGroup('p0');
      await world.tick();
      expect(policy().portals[0]?.warnings.map(({ code }) => code)).toContain('KEY_TWICE');
      world.aws.secrets.remove(secretOf('p0'));
      await world.tick();
      expect(policy()).toMatchObject({ claims: ['p0'], released: [], totals: { none: 1, failed: 0 } });
      expect(requests()).toMatchObject({ read: 2, write: 0, delete: 0 });
    },
  ],
  [
    '`keys pack` knows nothing of the tags of a single secret, and without them the portal leaves the policy when that is deleted.',
    async () => {
      world.aws.secrets.tag(secretOf('p0'), { tier: 'gold' });
      await world.upload(KEY, selecting('{ match: "*", tags: { tier: gold } }'));
      putGroup('p0');
      await world.tick();
      expect(policy().claims).toEqual(['p0']);
      world.aws.secrets.remove(secretOf('p0'));
      await world.tick();
      expect(policy()).toMatchObject({ claims: [], released: ['p0'] });
    },
  ],
  [
    'the next tick lists it under `released`, once, and sends no request to it. Its schedule stays, and nobody looks after it any more. When the key is back, the next tick governs the portal again.',
    async () => {
      world.aws.secrets.remove(secretOf('p1'));
      putGroup('p1', 'p2');
      await world.upload(KEY, selecting('{ match: [p0, p1, p2] }'));
      edit('p0');
      world.aws.secrets.remove(secretOf('p0'));
      putGroup('p2');
      const counts = () => ['p0', 'p1'].map((portal) => world.fleet.portal(portal).counts.all);
      const before = counts();
      for (const released of [['p0', 'p1'], []]) {
        await world.tick();
        expect(policy()).toMatchObject({ released, claims: ['p2'] });
      }
      expect(counts()).toEqual(before);
      expect([copies('p0'), copies('p1')]).toEqual([3, 7]);
      putKey('p0');
      await world.tick();
      expect(policy().portals[0]).toMatchObject({ portal: 'p0', action: 'update', status: 'done' });
    },
  ],
  [
    'Where a selector fits it, delete the secret first: as long as the portal has a key it is selected, and gets its schedule back.',
    async () => {
      await world.upload(KEY, selecting('{ match: [p0, p1] }', '{ p0: { state: absent } }'));
      await world.upload(KEY, selecting('{ match: [p0, p1] }'));
      expect(policy().portals[0]).toMatchObject({ portal: 'p0', action: 'create', status: 'done' });
      world.aws.secrets.remove(secretOf('p0'));
      world.fleet.portal('p0').setSchedule(undefined);
      await world.tick();
      expect(policy().claims).toEqual(['p1']);
      expect(copies()).toBeUndefined();
    },
  ],
  [
    'The function goes on reading and reporting (`"paused": true`, `mode` is `plan`), and writes to no portal.',
    async () => {
      const paused = await worldWith({ PAUSED: 'true' });
      await paused.upload(KEY, policyText(['p0']));
      expect(paused.report('fleet')).toMatchObject({ paused: true, mode: 'plan' });
      expect(paused.fleet.requests.counts).toMatchObject({ read: 1, write: 0 });
    },
  ],
  [
    'One policy, or one portal in it: `mode: detect`.',
    async () => {
      await world.upload(KEY, policyText(['p0', 'p1']).replace('p0: ', 'p0: { mode: detect }'));
      expect(policy().portals.map(({ status }) => status)).toEqual(['planned', 'done']);
      await world.upload(KEY, policyText(['p2']).replace('defaults:', 'mode: detect\ndefaults:'));
      expect([copies('p0'), copies('p1'), copies('p2')]).toEqual([undefined, 7, undefined]);
    },
  ],
  [
    'It looks at the bucket again after its last write, and once more after letting go: the newest text wins.',
    async () => {
      const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/fleet/latest.json' });
      const first = world.upload(KEY, policyText(['p0'], 5));
      await held.arrived;
      await world.upload(KEY, policyText(['p0'], 9));
      held.letGo();
      await first;
      expect(copies()).toBe(9);
    },
  ],
  [
    'The next tick finds what was missed; what is done already is not done again.',
    async () => {
      const event = world.put(KEY, policyText(['p0']));
      await world.tick();
      expect(copies()).toBe(7);
      for (let time = 0; time < 2; time++) await world.fn.invoke(event);
      expect(requests().write).toBe(1);
    },
  ],
  [
    'The policy’s lease runs out sixteen minutes after it was taken, and the next run after that takes over.',
    async () => {
      expect(readSettings({ POLICY_BUCKET: 'b' }).leaseMs).toBe(16 * 60_000);
    },
  ],
  [
    'Its portals stay its own, and ticks go on with the last valid version.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      await world.upload(KEY, INVALID);
      edit();
      await world.tick();
      expect([policy().claims, copies()]).toEqual([['p0'], 7]);
    },
  ],
  [
    'The one that has read or written it before goes on looking after it; the other one sends no request to it until the first lets go.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      world.fleet.requests.clear();
      await world.upload('policies/other.yaml', policyText(['p0'], 9));
      expect(codes('other')).toEqual(['CONFLICT']);
      edit();
      await world.tick();
      expect(copies()).toBe(7);
      await world.upload(KEY, policyText(['p1']));
      expect(copies()).toBe(9);
    },
  ],
  [
    'The next tick puts it right, three times in seven days; then the portal is `CONTESTED`.',
    async () => {
      await world.upload(KEY, policyText(['p0']));
      const seen: unknown[] = [];
      for (let time = 0; time < 4; time++) {
        edit();
        await world.tick();
        seen.push(codes()[0] ?? copies());
      }
      expect(seen).toEqual([7, 7, 7, 'CONTESTED']);
    },
  ],
  [
    'It stops starting portals and reports the rest as `skipped`. An upload comes again for them; a tick leaves them to the next one, which takes them first.',
    async () => {
      const event = world.put(KEY, policyText(['p0']));
      const short = { timeoutMs: 30_000, requestId: 'one' };
      expect((await world.fn.invoke(event, short)).errorType).toBe('PortalsLeftError');
      expect(policy().portals).toMatchObject([{ status: 'skipped', error: { code: 'INTERRUPTED' } }]);
      expect((await world.fn.invoke(event, { requestId: 'one' })).result).toMatchObject({ ok: true });
    },
  ],
  [
    'Where not one call is answered, the run fails (`AWS_UNAVAILABLE`), and no portal is asked.',
    async () => {
      world.aws.faults.add({ service: 'secretsmanager', reset: true, times: 2 });
      expect(await world.upload(KEY, policyText(ALL))).toMatchObject({ errorType: 'AwsUnavailableError' });
      expect(world.report('fleet')).toMatchObject({ ok: false, error: { code: 'AWS_UNAVAILABLE' } });
      expect(requests().all).toBe(0);
    },
  ],
  [
    'Where it goes down on the way, portals whose key did not come are `KEY_UNAVAILABLE`, the others have their turn.',
    async () => {
      const last = { service: 'secretsmanager', key: 'docspace/portals/p20', reset: true, times: 9 } as const;
      world.aws.faults.add(last);
      await world.upload(KEY, policyText(ALL));
      expect(codes()).toEqual(ALL.map((_, place) => (place < 20 ? undefined : 'KEY_UNAVAILABLE')));
      expect(policy().totals).toMatchObject({ create: 20, failed: 5 });
    },
  ],
  [
    'Before the policy is read the run fails, and no portal is asked.',
    async () => {
      world.aws.faults.add({ service: 's3', operation: 'ListObjectsV2', reset: true, times: 9 });
      expect((await world.upload(KEY, policyText(['p0']))).errorType).toBeDefined();
      expect(requests().all).toBe(0);
    },
  ],
  [
    'Where the report can’t be stored, the portals have been written by then: the run fails, and the next one finds them as they should be.',
    async () => {
      const key = 'reports/fleet/latest.json';
      world.aws.faults.add({ service: 's3', operation: 'PutObject', key, reset: true, times: 9 });
      expect((await world.upload(KEY, policyText(['p0']))).errorType).toBeDefined();
      expect(copies()).toBe(7);
      world.aws.faults.clear();
      await world.tick();
      expect(policy().portals).toMatchObject([{ action: 'none', status: 'done' }]);
    },
  ],
  [
    'With `-c approvals=bucket` an `approve:` in a policy has no effect (warning `APPROVE_IGNORED`). What a guard holds goes on when there is an object `approvals/<policy>/<digest>`.',
    async () => {
      const others = await worldWith({ ...FRESH, APPROVALS: 'bucket' });
      const weaker = (approve = '') =>
        policyText(['p0'], 5).replace('maxWeaken: 100%', 'maxWeaken: 0') + approve;
      await others.upload(KEY, policyText(['p0'], 7));
      await others.upload(KEY, weaker());
      const digest = policy('fleet', others).guard?.digest;
      await others.upload(KEY, weaker(`approve: "${digest}"\n`));
      expect(policy('fleet', others)).toMatchObject({
        portals: [{ error: { code: 'GUARDED' } }],
        warnings: [{ code: 'APPROVE_IGNORED' }],
      });
      others.aws.s3.put(BUCKET, `approvals/fleet/${digest}`, '');
      await others.tick();
      expect(others.fleet.portal('p0').schedule?.backupsStored).toBe(5);
    },
  ],
];

describe('docs/operations.md', () => {
  const page = plain(readFileSync('docs/operations.md', 'utf8'));

  test.each(SENTENCES)('%s', async (sentence, show) => {
    expect(page).toContain(plain(sentence));
    await show();
  });
});

// --- internal ---

/** Without line ends, and with one kind of apostrophe. */
function plain(text: string): string {
  return text.replaceAll('’', "'").replace(/\s+/g, ' ');
}
