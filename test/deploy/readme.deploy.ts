import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneInto, installInto } from '../docs/clone.ts';
import { sectionOf } from '../docs/readme-commands.ts';
import type { StackOutputs } from './cdk-app.ts';
import { type BareWorld, type DeployedWorld, openDeployedWorld } from './deployed-world.ts';
import { REGION } from './ministack.ts';
import { pythonVenv } from './python-venv.ts';
import { runCommand } from './run-command.ts';
import { stackHandle } from './stack-handle.ts';
import { until } from './until.ts';

const deployment = sectionOf('Deploy');

/** What stands as code in one of README.md's steps, in order. */
function codeIn(step: string): readonly string[] {
  const start = deployment.search(new RegExp(`^\\d\\. \\*\\*${step}\\.\\*\\*`, 'm'));
  if (start === -1) throw new Error(`README.md has no step ${step}`);
  const end = deployment.slice(start).search(/\n(?! {3})/);
  return [...deployment.slice(start, start + end).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

const first = (codes: readonly string[], begin: string) => {
  const found = codes.find((code) => code.startsWith(begin));
  if (found === undefined) throw new Error(`no step has ${begin}: ${codes.join(', ')}`);
  return found;
};

/** The commands that docs/operations.md gives for ringing an alarm. */
function ringing(): string {
  const page = readFileSync('docs/operations.md', 'utf8');
  const start = page.indexOf('2. Ring one alarm by hand');
  return page
    .slice(start, page.indexOf('\n3. ', start))
    .split('\n')
    .filter((line) => line.startsWith('       '))
    .join('\n');
}

/** Somebody who deploys for the first time, and types what README.md says. */
describe('the first deployment, typed as README.md has it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-readme-'));
  const clone = join(folder, 'clone');
  let opened: DeployedWorld | undefined;
  let type: (command: string) => Promise<string>;
  const world = (): DeployedWorld => {
    if (!opened) throw new Error('nothing is deployed');
    return opened;
  };
  const stack = stackHandle(world);
  const read = async (Key: string): Promise<string | undefined> => {
    const { s3, outputs } = world();
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.PolicyBucket, Key }));
      return await Body?.transformToString();
    } catch {
      return undefined;
    }
  };

  beforeAll(async () => {
    await cloneInto(clone);
    installInto(clone);
    const bin = dirname(await pythonVenv());
    opened = await openDeployedWorld(['acme'], async (bare) => {
      type = typist(bare, { clone, bin, home: folder });
      writeSettings(folder);
      await typeKeys(type, bare);
      const [bootstrap = '', deploy = ''] = codeIn('Deploy');
      expect([bootstrap, deploy]).toEqual(['npx cdk bootstrap', 'npx cdk deploy']);
      await type(bootstrap);
      return outputsIn(await type(deploy));
    });
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('uploads a policy by the output, which only looks at the portal', async () => {
    expect(codeIn('Upload')).toEqual(
      expect.arrayContaining(['Upload', 'policies/first-look.yaml', 'RunNow']),
    );
    nameOwnPortals(join(clone, 'policies/first-look.yaml'));
    await type(String(world().outputs.Upload));
    const report = await until('a report of the first look', () => stack.report('first-look'));
    const told = report.policies[0].portals.map((one) => [
      one.portal,
      one.status,
      one.action,
      one.error?.code,
    ]);
    expect(told).toEqual([['acme', 'planned', 'create', undefined]]);
    expect(world().fleet.portal('acme').counts.write).toBe(0);
  });

  it('runs over all policies by the output', async () => {
    await stack.quiet('first-look');
    const before = (await stack.report('first-look'))?.startedAt ?? '';
    await type(String(world().outputs.RunNow));
    const after = await until('a report of the tick', async () => {
      const report = await stack.report('first-look');
      return report && report.startedAt > before ? report : undefined;
    });
    expect(after.trigger.kind).toBe('tick');
  });

  it('rings an alarm by hand', async () => {
    expect(codeIn('Prove the mail')).toEqual(['docs/operations.md']);
    await type(ringing());
    const { body } = await world().call({
      service: 'monitoring',
      target: 'GraniteServiceVersion20100801.DescribeAlarms',
      headers: { 'content-type': 'application/x-amz-json-1.0' },
    });
    const { MetricAlarms } = body as { MetricAlarms: { AlarmName: string; StateReason?: string }[] };
    expect(MetricAlarms.filter(({ StateReason }) => StateReason === 'a test')).toMatchObject([
      { AlarmName: expect.stringContaining('EventLost') },
    ]);
  });

  it('tells a plan what it allows, by the output Settings', async () => {
    writeFileSync(join(clone, 'settings.json'), `${world().outputs.Settings}\n`);
    const lines = (await type('npx policy-sync settings settings.json --under plan/')).split('\n');
    expect(lines).toContain('SECRETS_PREFIX=plan/docspace/portals/');
    expect(lines).toContain('ALLOWED_DESTINATIONS=DataStore,ThirdPartyConsumer:s3:acme-backups');
  });

  it('has what it is told to look at', async () => {
    const places = codeIn('Look');
    for (const place of places.filter((code) => code.startsWith('reports/'))) {
      const key = place.replace('<policy>', 'first-look');
      expect(await until(key, () => read(key))).not.toBe('');
    }
    for (const name of places.filter((code) => /^[A-Z]\w+$/.test(code)))
      expect(world().outputs[name]).toMatch(/\S/);
  });
});

/** Step 2. Plain http and this machine's portals are for a test alone; with a terminal `cdk deploy` would ask, too. */
function writeSettings(home: string): void {
  const names = codeIn('Settings').filter((code) => /^(allowedDestinations|alarmEmail)$/.test(code));
  expect(names).toEqual(['allowedDestinations', 'alarmEmail']);
  const context = {
    allowedDestinations: first(codeIn('Settings'), 'DataStore,'),
    alarmEmail: 'platform@acme.com',
    allowInsecureLoopback: true,
  };
  // cdk.json in the home folder counts like the project's own, and leaves the clone as it is.
  writeFileSync(join(home, '.cdk.json'), JSON.stringify({ requireApproval: 'never', context }));
}

/** Step 4: the names in a policy are those of one's own portals. */
function nameOwnPortals(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, `${text.slice(0, text.indexOf('\nportals:'))}\nportals:\n  acme:\n`);
}

/** Step 1, with the portal's address and key in place of the example's. */
async function typeKeys(type: (command: string) => Promise<string>, { fleet }: BareWorld): Promise<void> {
  const entry = fleet.keys().acme;
  const command = first(codeIn('Keys'), 'aws secretsmanager create-secret')
    .replace('https://acme.onlyoffice.com', String(entry?.url))
    .replace('sk-...', String(entry?.apiKey));
  expect(command).toContain(String(entry?.apiKey));
  await type(command);
}

function outputsIn(said: string): StackOutputs {
  const lines = said.matchAll(/^PolicySync\.(\w+) = (.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])) as StackOutputs;
}

/** A shell in the clone, with the AWS command on its path. */
function typist(
  { cdk }: BareWorld,
  { clone, bin, home }: { clone: string; bin: string; home: string },
): (command: string) => Promise<string> {
  // As `aws configure` leaves it: the command of version 1 knows no AWS_REGION.
  const env = { ...cdk.env, AWS_DEFAULT_REGION: REGION, HOME: home, PATH: [bin, process.env.PATH].join(':') };
  // A terminal's or a pipe's stdout can be opened by its name, as RunNow does; the socket that Node gives can't.
  const script = (command: string) => ['-eo', 'pipefail', '-c', `{ ${command}\n} 2>&1 | cat`];
  return (command) => runCommand('bash', script(command), { cwd: clone, env, deadlineMs: 240_000 });
}
