import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const PORTALS = ['acme', 'globex'];
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:told';

type Asked = { method: string; path: string; body: string };

let world: Deployment;
let monitor: Server;
let asked: Asked[];
let status: number;

beforeAll(async () => {
  monitor = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '' } = request;
    asked.push({ method, path, body: Buffer.concat(chunks).toString() });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => void monitor.listen(0, '127.0.0.1', resolve));
  const messages = {
    topicArn: TOPIC,
    webhookSecret: 'acme/chat',
    webhookHosts: ['127.0.0.1'],
    heartbeat: `http://127.0.0.1:${(monitor.address() as AddressInfo).port}/beat`,
  };
  world = await deploy(
    PORTALS.map((name) => ({ name })),
    { KEY_CACHE_SECONDS: '0', DEPLOYMENT: 'acme-eu', MESSAGES: JSON.stringify(messages) },
    { queue: true },
  );
  world.aws.sns.createTopic('told');
});
beforeEach(() => {
  world.reset();
  asked = [];
  status = 200;
  const address = `http://127.0.0.1:${(monitor.address() as AddressInfo).port}/hook/top-secret`;
  world.aws.secrets.put('acme/chat', JSON.stringify({ url: address }));
});
afterAll(async () => {
  monitor.close();
  monitor.closeAllConnections();
  await world.close();
});

const published = () => world.aws.sns.published(TOPIC);
const posts = () => asked.filter(({ method }) => method === 'POST');
const beats = () => asked.filter(({ method }) => method === 'GET');
const memory = () => JSON.parse(world.aws.s3.text(BUCKET, 'reports/messages.json') ?? 'null');
const breakAcme = () => {
  world.fleet.portal('acme').fault = { kind: 'status', status: 403 };
};
const mendAcme = () => {
  world.fleet.portal('acme').fault = undefined;
};
async function wholeTick(): Promise<void> {
  await world.tick();
  await world.takeMessages();
}

describe('messages', () => {
  test('an upload that fails a portal is told over both ways, with the page’s address, and no key or address of a webhook', async () => {
    breakAcme();
    await world.upload(KEY, policyText(PORTALS));
    expect(published()).toMatchObject([{ subject: 'policy-sync acme-eu: 1 failed' }]);
    const text = published()[0]?.message ?? '';
    expect(text).toContain('  fleet, FORBIDDEN: acme');
    expect(text).toContain('console.aws.amazon.com/s3/object/acme-policies');
    expect(posts().map(({ path }) => path)).toEqual(['/hook/top-secret']);
    expect(posts()[0]?.body).toContain('fleet, FORBIDDEN: acme');
    const told = [text, ...posts().map(({ body }) => body), ...world.fn.lines, JSON.stringify(memory())].join(
      '',
    );
    expect(told).not.toContain('top-secret');
    for (const { apiKey } of Object.values(world.fleet.keys())) expect(told).not.toContain(apiKey);
  });

  test('a failure is told once, and its end once, whoever looked', async () => {
    breakAcme();
    await world.upload(KEY, policyText(PORTALS));
    await world.upload(KEY, policyText(PORTALS, 9));
    await wholeTick();
    await wholeTick();
    expect(published().map(({ subject }) => subject)).toEqual(['policy-sync acme-eu: 1 failed']);
    mendAcme();
    await wholeTick();
    await wholeTick();
    expect(published().map(({ subject }) => subject)).toEqual([
      'policy-sync acme-eu: 1 failed',
      'policy-sync acme-eu: 1 recovered',
    ]);
    expect(posts()).toHaveLength(2);
  });

  test('drift that a tick puts right, a policy with a slip, and what a guard holds', async () => {
    await world.upload(KEY, policyText(PORTALS));
    world.fleet.portal('acme').setSchedule(undefined);
    await wholeTick();
    expect(published().at(-1)?.message).toContain('REPAIRED 1\n  fleet, deleted, put right: acme');
    await world.upload(KEY, 'version: 1\nportals: { acme: { backupsStoredd: 7 } }\n');
    expect(published().at(-1)).toMatchObject({ subject: 'policy-sync acme-eu: 1 policy invalid' });
    const guarded = policyText(PORTALS, 3).replace(/guard: .*/, 'guard: { maxWeaken: 0 }');
    await world.upload(KEY, guarded);
    expect(published().at(-1)).toMatchObject({ subject: 'policy-sync acme-eu: 2 held, 1 recovered' });
    const { digest } = world.report('fleet').policies[0].guard ?? {};
    expect(published().at(-1)?.message).toContain(`fleet, GUARDED, digest ${digest}: acme, globex`);
  });

  test('a topic that fails fails no run, and loses nothing: the next tick tells it', async () => {
    world.aws.faults.add({ service: 'sns', status: 403, code: 'AuthorizationError', times: 2 });
    breakAcme();
    expect((await world.upload(KEY, policyText(PORTALS))).errorType).toBeUndefined();
    expect([published().length, posts().length]).toEqual([0, 1]);
    expect(world.log()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'a message could not be sent, and is kept for the next time',
        error: expect.objectContaining({
          message: 'the topic has not taken it (AuthorizationErrorException)',
        }),
      }),
    );
    expect(memory().unsent.topic).toHaveLength(1);
    world.aws.faults.clear();
    await wholeTick();
    expect(published().map(({ subject }) => subject)).toEqual(['policy-sync acme-eu: 1 failed']);
    expect(posts()).toHaveLength(1);
    expect(memory().unsent).toEqual({});
  });

  test('a webhook that fails, or whose secret is gone, is told in the log and tried again', async () => {
    status = 500;
    breakAcme();
    await world.upload(KEY, policyText(PORTALS));
    world.aws.secrets.remove('acme/chat');
    await wholeTick();
    const errors = world
      .log()
      .flatMap(({ error }) => (error ? [(error as { message?: string }).message] : []));
    expect(errors).toContain('the answer was 500');
    expect(errors).toContain('the webhook’s secret can’t be read (ResourceNotFoundException)');
    expect(published()).toHaveLength(1);
    expect(memory().unsent.webhook).toHaveLength(1);
  });

  test('all is well: nobody is told anything', async () => {
    await world.upload(KEY, policyText(PORTALS));
    await wholeTick();
    expect([published(), posts()]).toEqual([[], []]);
  });
});

describe('the heartbeat', () => {
  test('comes after each whole tick, and after no upload', async () => {
    await world.upload(KEY, policyText(PORTALS));
    expect(beats()).toEqual([]);
    await world.tick();
    expect(beats()).toEqual([]);
    await world.takeMessages();
    expect(beats()).toEqual([{ method: 'GET', path: '/beat', body: '' }]);
  });

  test('does not come where a policy was not looked at', async () => {
    world.put(KEY, policyText(PORTALS));
    const tick = new Date(Date.now() - 3_700_000).toISOString();
    await world.fn.invoke({ source: 'policy-sync.page', tick });
    expect(beats()).toEqual([]);
  });

  test('that fails is told in the log, and fails no tick', async () => {
    status = 503;
    await world.tick();
    const answers = await world.takeMessages();
    expect(answers.map(({ errorType }) => errorType)).toEqual([undefined]);
    expect(world.log()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: 'the heartbeat could not be sent' }),
    );
  });
});

describe('verdicts', () => {
  test('are told of all portals when a tick ends, over all policies alone', async () => {
    await world.upload(KEY, policyText(PORTALS));
    breakAcme();
    await wholeTick();
    const line = world.log().find((each) => 'ProvenVerdicts' in each);
    expect(line).toMatchObject({
      ...{ ProvenVerdicts: 0, NeverVerdicts: 1, LateVerdicts: 0, ClaimedVerdicts: 0 },
      ...{ UnprotectedVerdicts: 0, UnknownVerdicts: 1, RetiredVerdicts: 0, UnaskedVerdicts: 0 },
    });
    expect((line as { _aws: { CloudWatchMetrics: object[] } })._aws.CloudWatchMetrics).toMatchObject([
      { Dimensions: [['service', 'Deployment']] },
    ]);
  });
});

describe('settings that are wrong', () => {
  test.each([
    ['nonsense', 'MESSAGES must be a JSON object'],
    ['{"digest":"8 o’clock"}', 'digest must be a weekday and a time'],
    ['{"heartbeat":"http://monitor.acme.com"}', 'heartbeat must be an https address'],
    ['{"webhookHosts":["*.com"]}', 'webhookHosts must be a list of hosts'],
    ['{"topicArn":5}', 'topicArn must be a text'],
  ])('%s stops the function', async (MESSAGES, message) => {
    const wrong = await deploy([], { MESSAGES });
    const answer = await wrong.tick();
    await wrong.close();
    expect(answer).toMatchObject({
      errorType: 'SettingsError',
      errorMessage: expect.stringContaining(message),
    });
  });
});
