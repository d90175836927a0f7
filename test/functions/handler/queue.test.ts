import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText, TICK } from '../deployment.ts';
import '../patience.ts';

const PORTALS = ['acme', 'globex', 'initech'];
const HOUR = 3_600_000;

let world: Deployment;
beforeAll(async () => {
  world = await deploy(
    PORTALS.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0' },
    { queue: true },
  );
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const asked = () => [...new Set(world.fleet.requests.entries.map(({ portal }) => portal))].sort();
const queuedPolicies = () => world.queued().map(({ policy = '(page)' }) => policy);
const metric = (name: string) => world.log().flatMap((line) => (name in line ? [line[name]] : []));
const policyMessage = (policy: unknown, sent?: unknown) => ({ source: TICK.source, policy, sent });
const pageMessage = (tick: unknown) => ({ source: 'policy-sync.page', tick });
const record = (body: unknown, messageId = 'm-1', receives = 1) => ({
  messageId,
  eventSource: 'aws:sqs',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: { ApproximateReceiveCount: String(receives) },
});
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A report of that run, of so long ago, where the policy has none. */
function putReport(policy: string, startedAt: string, run = 'another'): void {
  const report = { schema: 1, mode: 'apply', startedAt, trigger: { kind: 'tick', run }, policies: [] };
  world.aws.s3.put(BUCKET, `reports/${policy}/latest.json`, JSON.stringify(report));
}

describe('a tick with a queue', () => {
  test('puts a message a policy there, the oldest report first, then one for the page, and runs none', async () => {
    for (const policy of ['b', 'eu/fleet', 'a', 'new'])
      world.put(`policies/${policy}.yaml`, policyText(['acme']));
    putReport('b', ago(3 * HOUR));
    putReport('a', ago(2 * HOUR));
    putReport('eu/fleet', ago(9 * HOUR));
    const before = Date.now();
    const { result } = await world.tick();
    expect(result).toEqual({ schema: 1, mode: 'apply', ok: true, started: 4 });
    expect(queuedPolicies()).toEqual(['new', 'eu/fleet', 'b', 'a', '(page)']);
    const [first, ...rest] = world.queued();
    expect(first).toEqual({ source: 'policy-sync.tick', policy: 'new', sent: expect.any(String) });
    expect(Date.parse(first?.sent ?? '')).toBeGreaterThanOrEqual(before);
    expect(rest.at(-1)).toEqual({ source: 'policy-sync.page', tick: first?.sent });
    expect(world.fleet.requests.counts.all).toBe(0);
    expect(metric('TickCompleted')).toEqual([1]);
    expect(metric('OldestReportHours')).toEqual([expect.closeTo(9, 1)]);
  });

  test('takes a report that can’t be read, or is of the future, for none', async () => {
    for (const policy of ['a', 'b', 'c']) world.put(`policies/${policy}.yaml`, policyText(['acme']));
    putReport('a', ago(5 * HOUR));
    putReport('b', ago(-9 * HOUR));
    world.aws.s3.put(BUCKET, 'reports/c/latest.json', 'nonsense');
    await world.tick();
    expect(queuedPolicies()).toEqual(['b', 'c', 'a', '(page)']);
  });

  test('of no policies sends the page alone, and is whole', async () => {
    expect((await world.tick()).result).toMatchObject({ ok: true, started: 0 });
    expect(queuedPolicies()).toEqual(['(page)']);
    expect(metric('TickCompleted')).toEqual([1]);
    expect(metric('OldestReportHours')).toEqual([0]);
  });

  test('says so while it is paused', async () => {
    const paused = await deploy([], { PAUSED: 'true' }, { queue: true });
    expect((await paused.tick()).result).toEqual({ schema: 1, mode: 'plan', ok: true, started: 0 });
    await paused.close();
  });

  test('sends whatever name a policy has', async () => {
    const names = [
      'quote " and \\',
      'ünï/日本 🚀',
      'odd \uffff\ufffe\u0085',
      '{"source":"x"}',
      'é'.repeat(256),
    ];
    for (const name of names) world.put(`policies/${name}.yaml`, policyText(['acme']));
    expect((await world.tick()).result).toMatchObject({ started: names.length });
    expect(queuedPolicies().sort()).toEqual([...names, '(page)'].sort());
  });

  test('sends thousands of messages, ten a call', async () => {
    for (let index = 0; index < 5_000; index++) {
      world.aws.s3.put(BUCKET, `policies/p${index}.yaml`, 'version: 1');
    }
    expect((await world.tick()).result).toMatchObject({ started: 5_000 });
    expect(new Set(queuedPolicies()).size).toBe(5_001);
    expect(world.queued().at(-1)).toMatchObject({ source: 'policy-sync.page' });
    expect(world.calls('SendMessageBatch')).toBe(501);
  });

  test('tells each message that is not taken, sends all others, and throws', async () => {
    for (let index = 0; index < 25; index++) world.put(`policies/p${index}.yaml`, policyText(['acme']));
    world.aws.sqs.refuse((body) => /"p(3|17)"/.test(body));
    expect(await world.tick()).toMatchObject({
      errorType: 'MessagesUnsentError',
      errorMessage: '2 of 25 policies could not be put into the queue (InternalError)',
    });
    expect(world.queued()).toHaveLength(23);
    const told = world
      .log()
      .filter(({ message }) => message === 'the policy could not be put into the queue');
    expect(told.map(({ policy, code }) => [policy, code])).toEqual([
      ['p17', 'InternalError'],
      ['p3', 'InternalError'],
    ]);
    expect(metric('TickCompleted')).toEqual([]);

    world.aws.sqs.refuse(undefined);
    expect((await world.tick()).result).toMatchObject({ ok: true, started: 25 });
  });

  test('sends each by itself where ten at once are refused', async () => {
    for (let index = 0; index < 12; index++) world.put(`policies/p${index}.yaml`, policyText(['acme']));
    const denied = {
      service: 'sqs',
      operation: 'SendMessageBatch',
      status: 403,
      code: 'AccessDenied',
    } as const;
    world.aws.faults.add({ ...denied, times: Number.POSITIVE_INFINITY });
    expect((await world.tick()).result).toMatchObject({ ok: true, started: 12 });
    expect(new Set(queuedPolicies()).size).toBe(13);
    world.aws.sqs.refuse((body) => body.includes('"p7"'));
    expect(await world.tick()).toMatchObject({
      errorMessage: '1 of 12 policies could not be put into the queue (InternalError)',
    });
  });

  test('throws where a whole call fails, and where the page can’t be sent', async () => {
    world.put('policies/fleet.yaml', policyText(['acme']));
    const denied = { service: 'sqs', status: 403, code: 'AccessDenied', times: 2 } as const;
    world.aws.faults.add(denied);
    expect(await world.tick()).toMatchObject({
      errorMessage: expect.stringContaining('1 of 1 policy could not be put into the queue (AccessDenied'),
    });
    world.aws.faults.clear();
    world.aws.sqs.refuse((body) => body.includes('policy-sync.page'));
    expect(await world.tick()).toMatchObject({ errorType: 'MessagesUnsentError' });
    expect(metric('TickCompleted')).toEqual([]);
  });
});

describe('a policy’s message', () => {
  test('runs that policy alone, as a tick, under its own id', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    world.put('policies/b.yaml', policyText(['globex']));
    await world.tick();
    const [first] = world.aws.sqs.messages(world.queueUrl);
    const answer = await world.takeMessage();
    expect(answer?.result).toMatchObject({ schema: 1, ok: true, policies: 1, totals: { create: 1 } });
    expect(world.report('a').trigger).toEqual({ kind: 'tick', run: first?.messageId });
    expect(asked()).toEqual(['acme']);
    expect(world.report('b')).toBeNull();
    await world.takeMessages();
    expect(asked()).toEqual(['acme', 'globex']);
  });

  test('is taken bare, too: with a time, and by hand without one', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    const requestId = 'by hand';
    const sent = new Date().toISOString();
    const { result } = await world.fn.invoke(policyMessage('a', sent), { requestId });
    expect(result).toMatchObject({ policies: 1, totals: { create: 1 } });
    expect(world.report('a').trigger).toEqual({ kind: 'tick', run: requestId });
    expect((await world.fn.invoke(policyMessage('a'))).result).toMatchObject({ policies: 1 });
  });

  test('older than the start of the last report does nothing', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.tick();
    await world.upload('policies/a.yaml', policyText(['acme']));
    world.fleet.requests.clear();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true, policies: 0 });
    expect(world.fleet.requests.counts.all).toBe(0);
    expect(world.log()).toContainEqual(
      expect.objectContaining({
        message: 'the policy was looked at since its message was sent',
        policy: 'a',
      }),
    );
  });

  test('that is handed over twice does nothing the second time', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    const event = { Records: [record(policyMessage('a', ago(1_000)))] };
    expect((await world.fn.invoke(event)).result).toMatchObject({ policies: 1 });
    expect((await world.fn.invoke(event)).result).toMatchObject({ policies: 0 });
  });

  test('is not made old by a report of the future', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    putReport('a', ago(-HOUR));
    expect((await world.fn.invoke(policyMessage('a', ago(0)))).result).toMatchObject({ policies: 1 });
    expect(world.fleet.portal('acme').schedule?.backupsStored).toBe(7);
  });

  test('of a policy that is gone meanwhile reports its end, and does nothing where there was none', async () => {
    await world.upload('policies/a.yaml', policyText(['acme']));
    await world.tick();
    world.remove('policies/a.yaml');
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true });
    expect(world.report('a').policies[0]).toMatchObject({ gone: true, released: ['acme'] });
    expect((await world.fn.invoke(policyMessage('never', ago(0)))).result).toMatchObject({ policies: 0 });
  });

  test('starts no other run, also where two policies are in conflict', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    world.put('policies/b.yaml', policyText(['acme']));
    expect((await world.fn.invoke(policyMessage('a', ago(0)))).result).toMatchObject({ policies: 1 });
    expect(world.report('b')).toBeNull();
    expect(world.queued()).toEqual([]);
  });

  test('passes the policies on in which an upload that it met has ended a conflict', async () => {
    world.put('policies/a.yaml', policyText(['acme', 'globex']));
    world.put('policies/b.yaml', policyText(['globex']));
    await world.fn.invoke(policyMessage('b', ago(0)));
    await world.fn.invoke(policyMessage('a', ago(0)));
    const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/a/latest.json' });
    const run = world.fn.invoke(policyMessage('a'));
    await held.arrived;
    const upload = await world.upload('policies/a.yaml', policyText(['acme']));
    expect(upload.result).toMatchObject({ policies: 0 });
    held.letGo();
    await run;
    expect(queuedPolicies()).toEqual(['b']);
    await world.takeMessages();
    expect(world.report('b').policies[0].portals).toMatchObject([{ portal: 'globex', status: 'done' }]);
  });

  test('of a run that was killed comes again and takes over its own lease; another’s leaves', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.tick();
    const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/a/latest.json' });
    const killed = world.takeMessage();
    await held.arrived;
    world.fn.kill();
    expect(await killed).toMatchObject({ errorType: 'Runtime.ExitError' });
    held.letGo();
    world.remove('reports/a/latest.json');

    expect((await world.fn.invoke(policyMessage('a', ago(0)))).result).toMatchObject({ policies: 0 });
    world.showMessages();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true, policies: 1 });
    expect(world.report('a').ok).toBe(true);
  });

  test('of a run that was killed after its first report looks at the policy again', async () => {
    await world.upload('policies/a.yaml', policyText(['acme']));
    await world.tick();
    const key = 'reports/a/latest.json';
    const stored = world.hold({ service: 's3', operation: 'PutObject', key, after: true });
    const again = world.takeMessage();
    await stored.arrived;
    // It has found the lease held, and left its work to the run that dies now.
    await world.upload('policies/a.yaml', policyText(['acme'], 9));
    world.fn.kill();
    await again;
    stored.letGo();
    expect(world.fleet.portal('acme').schedule?.backupsStored).toBe(7);
    world.showMessages();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true, policies: 1 });
    expect(world.fleet.portal('acme').schedule?.backupsStored).toBe(9);
  });

  test('comes again where the run failed', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.tick();
    world.aws.faults.add({
      service: 'secretsmanager',
      operation: 'BatchGetSecretValue',
      status: 400,
      code: 'AccessDeniedException',
      times: 2,
    });
    expect(await world.takeMessage()).toMatchObject({ errorType: 'KeysUnreadableError' });
    world.aws.faults.clear();
    world.showMessages();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true, totals: { create: 1 } });
    expect(queuedPolicies()).toEqual(['(page)']);
  });

  test('comes again, and looks again, where an upload left portals to it that a retry can help', async () => {
    await world.upload('policies/a.yaml', policyText(['acme']));
    await world.tick();
    const held = world.hold({ service: 's3', operation: 'PutObject', key: 'reports/a/latest.json' });
    const run = world.takeMessage();
    await held.arrived;
    world.fleet.portal('acme').fault = { kind: 'status', status: 503, headers: { 'retry-after': '3600' } };
    await world.upload('policies/a.yaml', policyText(['acme'], 9));
    held.letGo();
    expect(await run).toMatchObject({ errorType: 'PortalsLeftError' });
    world.fleet.portal('acme').fault = undefined;
    world.showMessages();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: true, totals: { update: 1 } });
  });

  test('does not come again for portals that fail', async () => {
    world.fleet.portal('acme').fault = { kind: 'status', status: 403 };
    world.put('policies/a.yaml', policyText(['acme']));
    await world.tick();
    expect((await world.takeMessage())?.result).toMatchObject({ ok: false, totals: { failed: 1 } });
    expect(queuedPolicies()).toEqual(['(page)']);
  });

  test('that has no time left is left to another try', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    const run = await world.fn.invoke(policyMessage('a', ago(0)), { timeoutMs: 59_000 });
    expect(run).toMatchObject({ errorType: 'MessageLeftError' });
    expect(world.report('a')).toBeNull();
  });
});

describe('messages that can’t be followed', () => {
  test.each([
    ['no JSON', 'nonsense'],
    ['no text', record(policyMessage('a')).body.slice(1)],
    ['a policy that is no text', policyMessage(42)],
    ['a policy of no name', policyMessage('')],
    ['a name that is a folder', policyMessage('eu/')],
    ['a name that is too long', policyMessage('x'.repeat(513))],
    ['a time that is none', policyMessage('a', 'soon')],
    ['a page without a tick', pageMessage(undefined)],
    ['a message of a later release', { source: 'policy-sync.later' }],
  ])('%s is an error, and no tick', async (_, body) => {
    world.put('policies/a.yaml', policyText(['acme']));
    const answer = await world.fn.invoke({ Records: [record(body)] });
    expect(answer).toMatchObject({ errorType: 'BrokenMessageError' });
    expect([world.queued(), world.report('a')]).toEqual([[], null]);
  });

  test('keep no other of the same batch from its turn', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    world.put('policies/b.yaml', policyText(['globex']));
    const Records = [
      record(policyMessage('a', ago(0)), 'one'),
      record('nonsense', 'two'),
      record(policyMessage('b', ago(0)), 'three'),
    ];
    expect(await world.fn.invoke({ Records })).toMatchObject({ errorType: 'BrokenMessageError' });
    expect(world.report('a').trigger.run).toBe('one');
    expect(world.report('b').trigger.run).toBe('three');
  });

  test('an event that went to the queue of what is lost, and is put here, is followed', async () => {
    const event = world.put('policies/a.yaml', policyText(['acme']));
    const { result } = await world.fn.invoke({ Records: [record(event)] });
    expect(result).toMatchObject({ policies: 1, totals: { create: 1 } });
    expect(world.report('a').trigger.kind).toBe('upload');
    expect((await world.fn.invoke({ Records: [record(TICK)] })).result).toMatchObject({ started: 1 });
  });
});

describe('the page’s message', () => {
  const coverage = () => JSON.parse(world.aws.s3.text(BUCKET, 'reports/coverage.json') ?? 'null');

  test('comes after all policies: then coverage is measured, and the next reports name it', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.tick();
    expect(coverage()).toBeNull();
    const answers = await world.takeMessages();
    expect(answers.at(-1)?.result).toMatchObject({ ok: true, coverage: { ungoverned: 2, withoutKey: 0 } });
    expect(coverage()).toMatchObject({ ungoverned: ['globex', 'initech'], withoutKey: [] });
    expect(world.report('a').policies[0]).not.toHaveProperty('coverage');
    expect(world.queued()).toEqual([]);
    await world.tick();
    await world.takeMessages();
    expect(world.report('a').policies[0].coverage).toEqual({
      measuredAt: expect.any(String),
      counts: { ungoverned: 2, withoutKey: 0 },
      ungoverned: ['globex', 'initech'],
      withoutKey: [],
    });
  });

  test('is put back for a minute while a policy has no report since the tick', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    putReport('a', ago(HOUR));
    const tick = ago(1_000);
    const answer = await world.fn.invoke({ Records: [record(pageMessage(tick))] });
    expect(answer.result).toMatchObject({ ok: true, policies: 0 });
    expect(coverage()).toBeNull();
    expect(world.queued()).toEqual([pageMessage(tick)]);
    const [message] = world.aws.sqs.messages(world.queueUrl);
    expect(message?.visibleAt).toBeGreaterThan(Date.now() + 50_000);
    putReport('a', ago(0));
    world.showMessages();
    await world.takeMessages();
    expect([coverage()?.schema, world.queued()]).toEqual([1, []]);
  });

  test('waits for an hour at most', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.fn.invoke({ Records: [record(pageMessage(ago(HOUR + 1_000)))] });
    expect([coverage()?.schema, world.queued()]).toEqual([1, []]);
  });

  test('of a tick in the future waits for nobody', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    await world.fn.invoke({ Records: [record(pageMessage(ago(-HOUR)))] });
    expect([coverage()?.schema, world.queued()]).toEqual([1, []]);
  });

  test('comes again where it could not be put back', async () => {
    world.put('policies/a.yaml', policyText(['acme']));
    world.aws.sqs.refuse(() => true);
    const answer = await world.fn.invoke({ Records: [record(pageMessage(ago(0)))] });
    expect(answer).toMatchObject({ errorType: 'MessageLeftError' });
  });
});
