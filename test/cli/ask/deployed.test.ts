import { afterEach, expect, test } from 'vitest';
import { BUCKET, type Deployment, deploy } from '../../functions/deployment.ts';
import { policyText } from '../../policy-text.ts';
import { runCli, writeFiles } from '../run-cli.ts';

let deployment: Deployment | undefined;
afterEach(async () => {
  await deployment?.close();
  deployment = undefined;
});

test('what the function stored is what status and why tell', async () => {
  deployment = await deploy([{ name: 'acme' }, { name: 'globex', suspended: true }]);
  const { aws, fn, put } = deployment;
  const text = policyText(['acme', 'globex']);
  await fn.invoke(put('policies/eu/fleet.yaml', text));

  const status = await runCli(['status', `s3://${BUCKET}`, '--json'], aws.env());
  expect(status.code).toBe(1);
  expect(JSON.parse(status.out).policies).toMatchObject([
    {
      policy: 'eu/fleet',
      file: `s3://${BUCKET}/policies/eu/fleet.yaml`,
      ok: false,
      trigger: { kind: 'upload' },
      totals: { portals: 2, create: 1, failed: 1 },
      failed: [{ portal: 'globex', code: 'NOT_FOUND' }],
    },
  ]);

  const place = ['--reports', `s3://${BUCKET}`, '--json'];
  const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': text });
  for (const policy of [`s3://${BUCKET}/policies/eu/fleet.yaml`, file]) {
    const why = await runCli(['why', 'globex', policy, ...place], aws.env());
    expect(why.code).toBe(0);
    expect(JSON.parse(why.out).policies[0].history).toMatchObject({
      policy: 'eu/fleet',
      outcomes: [{ status: 'failed', action: null, error: { code: 'NOT_FOUND' } }],
      due: null,
    });
  }
});

test('why tells which selector has brought a portal, and no more when its key is gone', async () => {
  deployment = await deploy([{ name: 'acme' }, { name: 'globex' }], { KEY_CACHE_SECONDS: '0' });
  const { aws, upload, tick } = deployment;
  aws.secrets.tag('docspace/portals/globex', { tier: 'gold' });
  const selectors = '[{ match: "*", tags: { tier: gold }, mode: detect },\n  { match: "*" }]';
  const text = policyText([]).replace(/^portals:.*/m, `select: ${selectors}`);
  const { 'fleet.yaml': file } = writeFiles({ 'fleet.yaml': text });
  await upload('policies/fleet.yaml', text);
  const why = (portal: string) =>
    runCli(['why', portal, file, '--reports', `s3://${BUCKET}`], deployment?.aws.env());
  for (const [portal, line, mode] of [
    ['acme', 8, 'enforce'],
    ['globex', 7, 'detect'],
  ] as const) {
    const { code, out } = await why(portal);
    expect([portal, code]).toEqual([portal, 0]);
    expect(out).toMatch(new RegExp(`^${portal}: policy fleet, .*, selected by line ${line}$`, 'm'));
    expect(out).toMatch(new RegExp(`^ +mode +${mode} `, 'm'));
  }
  aws.secrets.remove('docspace/portals/acme');
  for (let runs = 0; runs < 2; runs++) {
    await tick();
    const { code, err } = await why('acme');
    expect(code).toBe(1);
    expect(err).toMatch(/no policy names the portal "acme": line 7 of .* selects it if it has a key/);
    expect(err).toContain('by the last report it does not');
  }
});
