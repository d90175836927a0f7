import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const KEY = 'policies/fleet.yaml';
const PORTALS = ['acme', 'globex', 'initech'];

type Emf = {
  _aws: {
    CloudWatchMetrics: [
      { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] },
    ];
  };
} & Record<string, unknown>;

/** Lambda's retry of an event has the request id of its first try. */
const SAME_RUN = { requestId: 'the same run' };

let world: Deployment;
const metrics = () => world.log().filter((line): line is Emf => '_aws' in line);
const lines = (message: string) => world.log().filter((line) => line.message === message);

describe('a versioned bucket', () => {
  beforeAll(async () => {
    world = await deploy(
      PORTALS.map((name) => ({ name })),
      { KEY_CACHE_SECONDS: '0', DEPLOYMENT: 'acme-eu' },
    );
  });
  beforeEach(() => world.reset());
  afterAll(() => world.close());

  test('gets a report a run, named by time and version, and the newest one', async () => {
    await world.upload(KEY, policyText(PORTALS, 5));
    const [version] = world.changes.map(({ versionId }) => versionId);
    const { startedAt } = world.report('fleet');
    const key = `reports/fleet/${startedAt.replaceAll(':', '-')}-${version}.json`;
    expect(world.aws.s3.keys(BUCKET, 'reports/')).toEqual([
      'reports/fleet.html',
      key,
      'reports/fleet/claims.json',
      'reports/fleet/latest.json',
      'reports/fleet/lease.json',
      'reports/today.md',
    ]);
    expect(world.aws.s3.text(BUCKET, key)).toBe(world.aws.s3.text(BUCKET, 'reports/fleet/latest.json'));
    expect(world.aws.s3.bucket(BUCKET).current(key)?.headers).toMatchObject({
      'content-type': 'application/json',
    });
    // What expires is told by the tag: never the newest report, and never the lease.
    const tagsOf = (each: string) => world.aws.s3.bucket(BUCKET).current(each)?.tagging;
    expect(world.aws.s3.keys(BUCKET, 'reports/').map(tagsOf)).toEqual([
      undefined,
      'policy-sync=dated',
      undefined, // what others have to know
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('gets reports of the shape that the command prints, and what started the run', async () => {
    world.fleet.portal('globex').setSchedule({ backupsStored: 9, cronParams: { hour: 3 } });
    world.aws.secrets.remove('docspace/portals/initech');
    const { result } = await world.upload(KEY, policyText(PORTALS, 5));
    const report = world.report('fleet');
    const [change] = world.changes;
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const hash = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(report).toEqual({
      schema: 1,
      edition: 2,
      mode: 'apply',
      startedAt: iso,
      trigger: { kind: 'upload', run: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      policies: [
        {
          policy: 'fleet',
          file: `s3://${BUCKET}/${KEY}`,
          version: change?.versionId,
          errors: [],
          warnings: [],
          portals: [
            {
              portal: 'acme',
              action: 'create',
              status: 'done',
              changes: expect.arrayContaining([{ field: 'backupsStored', from: null, to: 5 }]),
              warnings: expect.any(Array),
              effect: 'strengthen',
              target: hash,
              governedSince: iso,
              since: iso,
              requests: 4,
              attempts: 1,
            },
            expect.objectContaining({
              portal: 'globex',
              action: 'update',
              status: 'done',
              changes: expect.arrayContaining([{ field: 'backupsStored', from: 9, to: 5 }]),
              warnings: expect.arrayContaining([{ code: 'DELETES_ARCHIVES', message: expect.any(String) }]),
            }),
            {
              portal: 'initech',
              action: null,
              status: 'failed',
              changes: [],
              warnings: [],
              error: { code: 'KEY_NOT_FOUND', message: expect.any(String), retryable: false },
              target: hash,
              requests: 0,
              attempts: 0,
            },
          ],
          totals: { portals: 3, none: 0, create: 1, update: 1, remove: 0, failed: 1, skipped: 0 },
          attempt: 1,
          claims: PORTALS,
          released: [],
          concerned: [],
          meaning: expect.stringMatching(/^[0-9a-f]{64}$/),
          validVersion: change?.versionId,
        },
      ],
      finishedAt: iso,
      ok: false,
    });
    const [key] = world.aws.s3.keys(BUCKET, 'reports/fleet/2');
    expect(result).toEqual({
      schema: 1,
      mode: 'apply',
      ok: false,
      totals: { portals: 3, none: 0, create: 1, update: 1, remove: 0, failed: 1, skipped: 0 },
      policies: 1,
      reports: [`s3://${BUCKET}/${key}`],
    });
  });

  test('is told of in lines of JSON: a line a portal that is not plainly unchanged, and one for the run', async () => {
    await world.upload(KEY, policyText(['acme', 'globex'], 5));
    world.fleet.portal('globex').setSchedule(undefined);
    world.aws.secrets.remove('docspace/portals/initech');
    world.fn.lines.length = 0;
    await world.upload(KEY, policyText(PORTALS, 5));
    for (const line of world.fn.lines) expect(() => JSON.parse(line)).not.toThrow();
    const of = { run: world.report('fleet').trigger.run, trigger: 'upload', service: 'policy-sync' };
    const run = { ...of, policy: 'fleet', version: world.changes.at(-1)?.versionId };
    expect(lines('portal')).toMatchObject([
      { ...run, level: 'WARN', portal: 'initech', status: 'failed', error: { code: 'KEY_NOT_FOUND' } },
      { ...run, level: 'INFO', portal: 'globex', action: 'create', status: 'done', requests: 4 },
    ]);
    expect(lines('run')).toMatchObject([
      { ...run, ok: false, state: 'applied', totals: { portals: 3, none: 1, create: 1, failed: 1 } },
    ]);
    expect(JSON.stringify(world.log())).not.toContain('changes');
  });

  test('has metrics over all policies and for each, that count what this run did', async () => {
    world.aws.secrets.setError('docspace/portals/initech', 'ThrottlingException');
    const event = world.put('policies/flotte-ü.yaml', policyText(PORTALS, 5));
    await world.fn.invoke(event, SAME_RUN);
    world.aws.secrets.setError('docspace/portals/initech', undefined);
    await world.fn.invoke(event, SAME_RUN);
    expect(metrics()).toHaveLength(2);
    for (const line of metrics()) {
      const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
      expect(Namespace).toBe('PolicySync');
      expect(Dimensions).toEqual([
        ['service', 'Deployment'],
        ['service', 'Deployment', 'policy'],
      ]);
      expect(Metrics.every(({ Unit }) => Unit === 'Count')).toBe(true);
      expect(Metrics.map(({ Name }) => Name)).toEqual([
        'WrittenPortals',
        'UnchangedPortals',
        'FailedPortals',
        'SkippedPortals',
        'HeldPortals',
        'PlannedPortals',
        'InvalidPolicies',
      ]);
      expect(line).toMatchObject({
        service: 'policy-sync',
        Deployment: 'acme-eu',
        policy: 'flotte-%C3%BC',
      });
    }
    expect(metrics()).toMatchObject([
      { WrittenPortals: 2, UnchangedPortals: 0, FailedPortals: 1, SkippedPortals: 0, InvalidPolicies: 0 },
      { WrittenPortals: 1, UnchangedPortals: 0, FailedPortals: 0, SkippedPortals: 0, InvalidPolicies: 0 },
    ]);
  });

  test('has metrics of policies that are invalid, or in conflict', async () => {
    await world.upload('policies/a.yaml', 'nonsense');
    await world.upload('policies/b.yaml', policyText(['acme'], 5));
    await world.upload('policies/c.yaml', policyText(['acme'], 6));
    expect(metrics()).toMatchObject([
      { policy: 'a', InvalidPolicies: 1 },
      { policy: 'b', InvalidPolicies: 0, WrittenPortals: 1 },
      { policy: 'c', SkippedPortals: 1, HeldPortals: 1 },
      // It governs the portal, and tells of the conflict.
      { policy: 'b', SkippedPortals: 0, HeldPortals: 0, UnchangedPortals: 1 },
    ]);
  });

  test('has metrics of what waits for a person, and of what would be written', async () => {
    await world.upload('policies/a.yaml', policyText(PORTALS, 5));
    const guarded = policyText(PORTALS, 4).replace('maxWeaken: 100%', 'maxWeaken: 0');
    await world.upload('policies/a.yaml', guarded);
    await world.upload(
      'policies/a.yaml',
      policyText(PORTALS, 6).replace('defaults:', 'mode: detect\ndefaults:'),
    );
    expect(metrics()).toMatchObject([
      { HeldPortals: 0, PlannedPortals: 0 },
      { HeldPortals: 3, PlannedPortals: 0 },
      { HeldPortals: 0, PlannedPortals: 3 },
    ]);
  });

  test.each([' ', 'x'.repeat(500), '\u{1f680}'.repeat(60)])(
    'has dimensions that CloudWatch takes for policy %.9j',
    async (policy) => {
      await world.upload(`policies/${policy}.yaml`, policyText(['acme'], 5));
      expect(metrics()[0]?.policy).toMatch(/^[\x21-\x7e]{1,250}$/);
    },
  );

  test('counts a tick once it has ended, and not where it threw', async () => {
    world.put(KEY, policyText(['acme'], 5));
    await world.tick();
    const ticks = () => metrics().filter((line) => 'TickCompleted' in line);
    expect(ticks()).toMatchObject([{ TickCompleted: 1, service: 'policy-sync' }]);
    expect(ticks()[0]?._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'PolicySync',
      Dimensions: [['service', 'Deployment']],
    });

    world.aws.faults.add({
      service: 's3',
      operation: 'GetObject',
      key: KEY,
      status: 403,
      code: 'AccessDenied',
    });
    expect(await world.tick()).toMatchObject({ errorType: 'AccessDenied' });
    world.aws.faults.add({ service: 's3', operation: 'ListObjectsV2', status: 403, code: 'AccessDenied' });
    expect(await world.tick()).toMatchObject({ errorType: 'AccessDenied' });
    expect(ticks()).toHaveLength(1);
    await world.upload(KEY, policyText(['acme'], 5));
    expect(ticks()).toHaveLength(1);
  });

  test('has a small result, however long the names and however many the policies', async () => {
    for (let index = 0; index < 12; index++)
      world.put(`policies/${'long'.repeat(125)}${index}.yaml`, 'nonsense');
    const { result } = await world.tick();
    expect(result).toMatchObject({ ok: false, policies: 12 });
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
  });
});

describe('a bucket without versions', () => {
  beforeAll(async () => {
    world = await deploy([{ name: 'acme' }], {}, { versioning: false });
  });
  afterAll(() => world.close());

  test('is noted in the report, and warned of once', async () => {
    await world.upload(KEY, policyText(['acme'], 5));
    const [policy] = world.report('fleet').policies;
    expect(policy).toMatchObject({ unversioned: true, version: world.changes[0]?.etag });
    expect(world.aws.s3.keys(BUCKET, 'reports/fleet/2')[0]).toContain(`-${world.changes[0]?.etag}.json`);
    await world.upload(KEY, policyText(['acme'], 6));
    await world.upload(KEY, policyText(['acme'], 5));
    expect(world.fleet.portal('acme').schedule?.backupsStored).toBe(5);
    const warnings = world.log().filter(({ level }) => level === 'WARN');
    expect(warnings).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/keeps no versions.*switch versioning on/) }),
    ]);
  });
});
