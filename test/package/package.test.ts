import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '../../local/docspace/fleet.ts';
import { runCommand } from '../deploy/run-command.ts';
import { APP, type ForeignApp, NODE16, openForeignApp } from './foreign-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'policy-sync-package-'));
let app: ForeignApp;
let fleet: Fleet;
beforeAll(async () => {
  [app, fleet] = await Promise.all([
    openForeignApp(folder),
    startFleet([{ name: 'acme' }, { name: 'globex' }]),
  ]);
});
afterAll(async () => {
  await fleet?.close();
  rmSync(folder, { recursive: true });
});

const POLICY = `# yaml-language-server: $schema=./node_modules/policy-sync/policies/policy.schema.json
version: 1
defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }
portals: { acme: , globex: }
`;

type Ran = { readonly code: number; readonly out: string };

/** The command as npm linked it. */
async function run(...args: string[]): Promise<Ran> {
  const bin = join(app.root, 'node_modules/.bin/policy-sync');
  // Nothing of this project's is on the path, and nobody is logged in to AWS.
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'eu-west-1',
  };
  try {
    return { code: 0, out: await runCommand(bin, args, { env, cwd: app.root, deadlineMs: 60_000 }) };
  } catch (error) {
    const { cause, message } = error as Error & { cause: { code: number; stdout: string } };
    return { code: cause.code, out: message };
  }
}

describe('the package, installed where nothing else is', () => {
  it('brings no other package along, no sources and no map of them', () => {
    const names = readdirSync(join(app.root, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(names).toEqual(['policy-sync']);
    const files = readdirSync(app.package, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /(?<!\.d)\.ts$|\.map$|node_modules|\btest\b/.test(name))).toEqual([]);
    for (const file of ['README.md', 'policies/policy.schema.json', 'dist/third-party-licences.txt'])
      expect(files).toContain(file);
    expect(readFileSync(join(app.package, 'dist/third-party-licences.txt'), 'utf8')).toMatch(/^yaml \d/m);
  });

  it('runs its command: validate, plan, apply and plan again, on portals', async () => {
    app.write({ 'fleet.yaml': POLICY, 'keys.json': JSON.stringify(fleet.keys()) });
    expect(await run('validate', 'fleet.yaml')).toMatchObject({
      code: 0,
      out: expect.stringContaining('valid'),
    });
    const keys = ['--keys', 'keys.json'];
    expect(await run('plan', 'fleet.yaml', ...keys)).toMatchObject({
      code: 2,
      out: expect.stringContaining('acme'),
    });
    expect(await run('apply', 'fleet.yaml', ...keys)).toMatchObject({ code: 0 });
    expect(fleet.portal('globex').schedule?.backupsStored).toBe(7);
    expect(await run('plan', 'fleet.yaml', ...keys)).toMatchObject({ code: 0 });
    expect(await run('adopt', ...keys)).toMatchObject({
      code: 0,
      out: expect.stringContaining('backupsStored: 7'),
    });
  });

  it('has the AWS client in it, which says that nobody is logged in', async () => {
    const { code, out } = await run('plan', 'fleet.yaml', '--json');
    expect([code, out]).toEqual([1, expect.stringContaining('"code":"AWS_UNAVAILABLE"')]);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect((await run('--version')).out).toContain(version);
  });

  it('runs the local fleet, and the function against it', async () => {
    const demo = join(app.package, 'local/demo.mjs');
    const told = await runCommand(process.execPath, [demo], { cwd: app.root, deadlineMs: 90_000 });
    expect(told).toContain('the newest text wins');
  });
});

describe('the playground, where nothing else is', () => {
  it('runs a tick, and has an editor’s schema for its policy', async () => {
    const script = "printf 'tick\\nquit\\n' | node_modules/.bin/policy-sync playground";
    const told = await runCommand('sh', ['-c', script], { cwd: app.root, deadlineMs: 90_000 });
    expect(told).toContain('none of 8 needs you');
    const [, schema = ''] =
      /schema=(.*)/.exec(readFileSync(join(app.root, 'playground/fleet.yaml'), 'utf8')) ?? [];
    expect(readFileSync(join(app.root, 'playground', schema), 'utf8')).toContain('"portals"');
  });
});

describe('the package in a CDK app', () => {
  beforeAll(() => {
    app.linkCdk();
    // A function of the app's own, by the name that ours has in a checkout: it is nobody's but the app's.
    app.write({ 'app.ts': APP, 'functions/handler.ts': 'export const handler = () => "theirs";\n' });
  });

  const synth = async (folderOfOutput: string) => {
    await runCommand(process.execPath, ['out/app.js'], {
      cwd: app.root,
      env: { PATH: process.env.PATH, HOME: folder, CDK_OUTDIR: join(folder, folderOfOutput) },
      deadlineMs: 120_000,
    });
    const cloud = join(folder, folderOfOutput);
    return {
      template: JSON.parse(readFileSync(join(cloud, 'Foreign.template.json'), 'utf8')),
      code: readdirSync(cloud).filter((name) => name.startsWith('asset.')),
      in: (asset: string) => readdirSync(join(cloud, asset)).sort(),
      read: (path: string) => readFileSync(join(cloud, path), 'utf8'),
    };
  };

  it('is typed for apps in CommonJS, and makes its stack, with the bundle that it came with', async () => {
    // Once with the package's own types checked, too, and the CDK's with them.
    await app.compile({ ...NODE16, compilerOptions: { ...NODE16.compilerOptions, skipLibCheck: false } });
    const made = await synth('cjs.out');
    const types = Object.values(made.template.Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    for (const type of ['AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule'])
      expect(types.filter((each) => each === type)).toEqual([type]);
    expect(types.filter((type) => type === 'AWS::S3::Bucket')).toHaveLength(1);
    expect(made.code).toHaveLength(1);
    const [code = ''] = made.code;
    expect(made.in(code)).toEqual(['index.mjs', 'parts']);
    const bundle = readFileSync(join(app.package, 'dist/function/index.mjs'), 'utf8');
    expect(made.read(join(code, 'index.mjs')) === bundle).toBe(true);
  });

  it('is typed for ES modules, and makes the same stack', async () => {
    app.write({ 'package.json': '{ "name": "foreign", "private": true, "type": "module" }\n' });
    await app.compile(NODE16);
    const made = await synth('esm.out');
    const before = JSON.parse(readFileSync(join(folder, 'cjs.out/Foreign.template.json'), 'utf8'));
    expect(made.template).toEqual(before);
  });

  it('is typed for bundlers, and every example of a prop is what the prop takes', async () => {
    app.write({ 'examples.ts': writeExamples(readProps()) });
    const compilerOptions = {
      ...NODE16.compilerOptions,
      ...{ module: 'esnext', moduleResolution: 'bundler', noEmit: true },
    };
    await app.compile({ compilerOptions, files: ['app.ts', 'examples.ts'] });
  });

  it('tells of every prop what it is, its default and an example', () => {
    const props = readProps();
    expect(props.length).toBeGreaterThan(30);
    for (const { name, text, fallback, example } of props)
      expect([name, text.length > 10, fallback !== '', example !== '']).toEqual([name, true, true, true]);
  });
});

type Prop = {
  readonly name: string;
  readonly text: string;
  readonly fallback: string;
  readonly example: string;
};

/** The props as an editor shows them, from the package's own types. */
function readProps(): readonly Prop[] {
  const files = ['policy-sync-props', 'key-props', 'watch-props'].map(
    (name) => `dist/types/infra/${name}.d.ts`,
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(app.package, file), 'utf8');
    const members = text.matchAll(/(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?readonly (\w+)\?:/g);
    return [...members].map(([, comment = '', name = '']) => {
      const plain = comment.replaceAll(/\n\s*\* ?/g, '\n');
      const [text = '', fallback = '', example = ''] = plain.split(/@default |@example /);
      return { name, text: text.trim(), fallback: fallback.trim(), example: example.trim() };
    });
  });
}

function writeExamples(props: readonly Prop[]): string {
  const lines = props.map(({ name, example }) => `    take({ ${name}: ${example} });`);
  return `import { Duration, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { PolicySyncProps } from 'policy-sync';

export class Examples extends Stack {
  take(take: (props: PolicySyncProps) => void): void {
${lines.join('\n')}
  }
  readonly used = [Duration, SubnetType, Vpc, Key, Bucket, Topic];
}
`;
}
