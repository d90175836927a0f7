import { afterEach, expect, test } from 'vitest';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import { BUCKET, type Deployment, deploy, policyText } from '../deployment.ts';
import '../patience.ts';

const CANARY = 'sk-canary0123456789abcdef';

/** Ways of a portal to throw its key back, and of a secret to be no secret. */
const PORTALS: [name: string, fault: PortalFault | undefined, secret: string | undefined][] = [
  ['good', undefined, undefined],
  ['echo', { kind: 'echo-key', status: 400 }, undefined],
  ['percent', { kind: 'echo-key', form: 'percent', status: 403 }, undefined],
  ['split', { kind: 'echo-key', form: 'split', status: 404 }, undefined],
  ['fails', { kind: 'echo-key', on: 'write' }, undefined],
  ['refuses', { kind: 'echo-key', on: 'write', status: 400 }, undefined],
  ['unauthorized', { kind: 'echo-key', status: 401 }, undefined],
  ['foreign', { kind: 'foreign', body: { response: CANARY, count: CANARY } }, undefined],
  ['redirect', { kind: 'redirect', location: `http://127.0.0.1:1/?key=${CANARY}` }, undefined],
  ['text', undefined, CANARY],
  ['cut', undefined, `{"url": "https://x.onlyoffice.com", "apiKey": "${CANARY}`],
  ['nested', undefined, JSON.stringify({ url: 'https://x.onlyoffice.com', apiKey: [CANARY] })],
  ['space', undefined, JSON.stringify({ url: 'https://x.onlyoffice.com', apiKey: `${CANARY} ` })],
  ['user', undefined, JSON.stringify({ url: `https://${CANARY}@x.onlyoffice.com`, apiKey: 'sk-1' })],
  ['scheme', undefined, JSON.stringify({ url: `${CANARY}://x`, apiKey: 'sk-1' })],
  ['query', undefined, JSON.stringify({ url: `https://x.onlyoffice.com/?k=${CANARY}`, apiKey: 'sk-1' })],
];

let world: Deployment;
afterEach(() => world.close());

test('keys are in no log line, report, result or error', async () => {
  world = await deploy(
    PORTALS.map(([name, fault]) => ({ name, apiKey: `${CANARY}-${name}`, ...(fault && { fault }) })),
  );
  const { secrets, s3 } = world.aws;
  for (const [name, , secret] of PORTALS) if (secret) secrets.put(`docspace/portals/${name}`, secret);
  const good = world.fleet.portal('good');
  good.setSchedule({
    storageType: 'ThirdPartyConsumer',
    storageParams: [{ key: 'subdir', value: good.keys[0]?.key }],
    cronParams: { hour: 1 },
  });

  const results: unknown[] = [];
  const portals = PORTALS.map(([name]) => name);
  const event = world.put('policies/fleet.yaml', policyText(portals, 5));
  for (let run = 0; run < 2; run++) results.push(await world.fn.invoke(event));
  results.push(await world.tick());
  world.aws.faults.add({
    service: 'secretsmanager',
    status: 400,
    code: 'AccessDeniedException',
    message: CANARY,
  });
  world.put('policies/fleet.yaml', policyText(['more'], 5));
  results.push(await world.tick());
  world.aws.faults.add({ service: 's3', status: 403, code: 'AccessDenied', operation: 'PutObject' });
  results.push(await world.tick());

  const failed = world.aws.s3
    .keys(BUCKET, 'reports/fleet/2')
    .map((key) => JSON.parse(s3.text(BUCKET, key) ?? ''))[0].policies[0].totals.failed;
  expect(failed).toBeGreaterThanOrEqual(12);
  expect(world.fn.lines.length).toBeGreaterThan(failed);
  const said = [
    ...world.fn.lines,
    ...s3.keys(BUCKET, '').map((key) => `${key} ${s3.text(BUCKET, key)}`),
    ...results.map((result) => JSON.stringify(result)),
  ];
  for (const text of said) {
    expect(text.replace(/[^a-z0-9]/g, '')).not.toContain('canary0123456789');
  }
});
