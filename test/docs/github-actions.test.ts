import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSettings } from '../../infra/plan-settings.ts';
import { completeSettings } from '../../infra/settings.ts';
import { type LocalAws, startAws } from '../../local/aws/endpoints.ts';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import { policyText } from '../policy-text.ts';
import { openRunner, PACKAGE, type Runner } from './runner.ts';
import { KNOWN, readWorkflow, type Step, WORKFLOW_TEXT } from './workflow.ts';

const workflow = readWorkflow();
const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([job, { steps: each }]) => each.map((step) => [job, step] as const));
const actions = steps.flatMap(([, step]) =>
  step.uses === undefined ? [] : [step as Step & { uses: string }],
);
const scripts = steps.flatMap(([, { run }]) => run ?? []);

describe('the example workflow, as it is written', () => {
  it('says nothing that GitHub does not know', () => {
    const unknown = (thing: object, known: readonly string[]) =>
      Object.keys(thing).filter((name) => !known.includes(name));
    expect(unknown(workflow, KNOWN.workflow)).toEqual([]);
    for (const [, job] of jobs) expect(unknown(job, KNOWN.job)).toEqual([]);
    for (const [, step] of steps) {
      expect(unknown(step, KNOWN.step)).toEqual([]);
      expect([step.uses, step.run].filter((said) => said !== undefined)).toHaveLength(1);
    }
    for (const { uses, with: inputs = {} } of actions)
      expect(unknown(inputs, KNOWN.inputs[uses.split('@')[0] ?? ''] ?? [])).toEqual([]);
  });

  it('pins each action to a commit, and says which release that is; one action, one commit', () => {
    const pinned = [...WORKFLOW_TEXT.matchAll(/uses: (\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/gm)];
    expect(pinned).toHaveLength(actions.length);
    const commits = new Map(pinned.map(([, action, commit]) => [action, commit]));
    for (const [, action, commit] of pinned) expect(commits.get(action)).toBe(commit);
  });

  it('gives no job that has keys a token that writes, and none that writes a role', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      plan: { contents: 'read', 'id-token': 'write' },
      comment: { 'pull-requests': 'write' },
      upload: { contents: 'read', 'id-token': 'write' },
    });
    for (const [, { environment, permissions }] of jobs)
      expect(environment !== undefined).toBe(permissions['id-token'] === 'write');
    for (const { uses, with: inputs } of actions)
      if (uses.startsWith('actions/checkout')) expect(inputs?.['persist-credentials']).toBe(false);
  });

  it('puts nothing from outside into a script, and bounds each job', () => {
    for (const script of scripts) expect(script).not.toContain('${{');
    for (const [, job] of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
    expect(workflow.defaults).toEqual({ run: { shell: 'bash' } });
  });

  it('runs no script of a package, and deletes nothing', () => {
    const installs = scripts.join('\n').match(/\bnpm (install|ci)\b.*/g) ?? [];
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
    for (const script of scripts) expect(script).not.toMatch(/--delete|\bs3 (rm|sync|mv)\b/);
  });
});

const NAMES = ['acme', 'globex'];
const DEPLOYED = { allowedDestinations: 'DataStore,ThirdPartyConsumer:s3:acme-*' };

describe('its shell lines', () => {
  let aws: LocalAws;
  let fleet: Fleet;
  let runner: Runner;
  beforeAll(async () => {
    aws = await startAws();
    // The keys for plans only read.
    fleet = await startFleet(
      NAMES.map((name) => ({
        name,
        keys: [{ key: `sk-${'0'.repeat(40)}${name}`, permissions: ['*:read'] }],
      })),
    );
    for (const [name, entry] of Object.entries(fleet.keys()))
      aws.secrets.put(`plan/docspace/portals/${name}`, JSON.stringify(entry));
    runner = openRunner({ ...aws.env(), ALLOW_INSECURE_LOOPBACK: 'true' });
    runner.write({
      'settings.json': JSON.stringify(planSettings(completeSettings(DEPLOYED))),
      'proposed/policies/eu/fleet.yaml': policyText(NAMES),
      'proposed/policies/README.md': 'no policy',
    });
  });
  afterAll(async () => {
    runner?.close();
    await Promise.all([fleet?.close(), aws?.close()]);
  });

  const values = {
    'vars.POLICY_SYNC_URL': 'https://packages.acme.com/policy-sync.tgz',
    'vars.POLICY_SYNC_SHA256': createHash('sha256').update(PACKAGE).digest('hex'),
    'vars.POLICY_BUCKET': 'acme-policies',
    'github.event.pull_request.number': '7',
    'github.repository': 'acme/policies',
    'github.token': 'token',
  };
  const { plan, comment, upload } = workflow.jobs;
  const propose = (text: string) => runner.write({ 'proposed/policies/eu/fleet.yaml': text });

  it('plan, with keys that only read and under a prefix of their own', async () => {
    const ran = await runner.run(plan, values);
    expect(ran).toMatchObject({ failed: undefined, outputs: { status: '2', told: 'true' } });
    expect(runner.plan()).toContain('2 to create');
    expect(runner.summary()).toContain('acme');
    expect(NAMES.map((name) => fleet.portal(name).counts.write)).toEqual([0, 0]);
    expect(runner.calls()).toEqual([
      expect.stringMatching(/^curl .*--proto =https .*https:\/\/packages\.acme\.com\/policy-sync\.tgz$/),
      expect.stringMatching(/^npm install --ignore-scripts .*\.\/policy-sync\.tgz$/),
    ]);
  });

  it('comment what the plan says', async () => {
    expect(await runner.run(comment, values)).toMatchObject({ failed: undefined });
    expect(runner.calls().at(-1)).toMatch(
      /^gh pr comment 7 --body-file .*plan\.md --edit-last --create-if-none$/,
    );
  });

  it('plan what the function would refuse as refused, tell it, and fail', async () => {
    propose(policyText(NAMES).replace('bucket: acme-backups', 'bucket: somebody-elses'));
    const ran = await runner.run(plan, values);
    expect(ran).toMatchObject({ failed: 'Is anything wrong?', outputs: { status: '1', told: 'true' } });
    expect(runner.plan()).toContain('DESTINATION_NOT_ALLOWED');
  });

  it('stop before any key is read where a policy is broken, the settings are, or the package is another', async () => {
    const batches = () => aws.calls.all.length;
    const before = batches();
    propose('version: 1\nportls: {}\n');
    expect(await runner.run(plan, values)).toMatchObject({ failed: 'Validate' });
    propose(policyText(NAMES));
    const other = { ...values, 'vars.POLICY_SYNC_SHA256': '0'.repeat(64) };
    expect(await runner.run(plan, other)).toMatchObject({ failed: 'Install policy-sync' });
    runner.write({ 'settings.json': '{"allowedHost": ["*"]}' });
    expect(await runner.run(plan, values)).toMatchObject({
      failed: 'What the deployment allows',
      text: expect.stringContaining('did you mean "allowedHosts"'),
    });
    expect(batches()).toBe(before);
    runner.write({ 'settings.json': JSON.stringify(planSettings(completeSettings(DEPLOYED))) });
  });

  it('upload what changed, leave what did not, and tell what the bucket alone has', async () => {
    const same = policyText(['acme']);
    runner.write({
      'policies/same.yaml': same,
      'policies/eu/changed one.yaml': policyText(['globex']),
      'policies/notes.md': 'no policy',
    });
    runner.bucket.set('policies/same.yaml', same);
    runner.bucket.set('policies/eu/changed one.yaml', policyText(['globex'], 8));
    runner.bucket.set('policies/other team.yaml', 'theirs');
    const before = runner.calls().length;
    const ran = await runner.run(upload, values);
    expect(ran.failed).toBe(undefined);
    expect(ran.text).toMatch(/uploaded: policies\/eu\/changed\\ one\.yaml\nas it was: policies\/same\.yaml/);
    const writes = runner
      .calls()
      .slice(before)
      .filter((call) => call.startsWith('aws') && !/ - *$|list-objects-v2/.test(call));
    expect(writes).toEqual([
      'aws s3 cp --only-show-errors policies/eu/changed one.yaml s3://acme-policies/policies/eu/changed one.yaml',
    ]);
    expect(runner.summary()).toContain('in the bucket alone: policies/other\\ team.yaml\n');
    expect(runner.summary()).not.toContain('alone: policies/same.yaml');
  });

  it('upload nothing where a policy is broken', async () => {
    runner.write({ 'policies/same.yaml': 'version: 1\nportls: {}\n' });
    const before = runner.calls().filter((call) => call.startsWith('aws')).length;
    expect(await runner.run(upload, values)).toMatchObject({ failed: 'Validate' });
    expect(runner.calls().filter((call) => call.startsWith('aws'))).toHaveLength(before);
  });
});
