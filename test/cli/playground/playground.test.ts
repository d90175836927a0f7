import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../infra/project-root.ts';
import { runCommand } from '../../deploy/run-command.ts';
import { newFolder, type PlaygroundProcess, startPlayground } from './start-playground.ts';

let folder: string;
let playground: PlaygroundProcess;
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  playground.child.kill('SIGKILL');
  await playground.ended;
  rmSync(folder, { recursive: true, force: true });
});

const OPEN = 'In another terminal';
const inFolder = (name: string) => join(folder, 'playground', name);
const read = (name: string) => readFileSync(inFolder(name), 'utf8');
const edit = (from: string, to: string) =>
  writeFileSync(inFolder('fleet.yaml'), read('fleet.yaml').replace(from, to));

/** The command in the playground's folder. */
async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const command = join(projectRoot(), 'cli/policy-sync.mjs');
  const options = { cwd: folder, env: { PATH: process.env.PATH }, deadlineMs: 60_000 };
  try {
    return { code: 0, out: await runCommand(process.execPath, [command, ...args], options) };
  } catch (error) {
    const { cause, message } = error as Error & { cause: { code: number } };
    return { code: cause.code, out: message };
  }
}

/** Types lines and waits for what the last of them says. */
async function typed(said: string, ...lines: string[]): Promise<string> {
  const before = playground.text().length;
  // A line that is none answers last, so that what is waited for is whole.
  playground.type(...lines, 'over');
  await playground.sees(said);
  await expect.poll(() => playground.text().slice(before)).toContain('"over" is nothing to do here');
  return playground.text().slice(before);
}

describe('the playground', () => {
  it('has what its own commands need: plan, apply, and plan again says unchanged', async () => {
    playground = startPlayground(folder);
    await playground.sees(OPEN);
    const commands = [...playground.text().matchAll(/npx policy-sync (.*?) {2,}/g)].map(
      ([, args = '']) => args,
    );
    const verbs = commands.map((args) => args.split(' ')[0]);
    expect(verbs).toEqual(['plan', 'apply', 'audit', 'adopt', 'why']);
    const [plan = '', apply = '', audit = '', ...others] = commands;
    expect((await run(...plan.split(' '))).code).toBe(2);
    expect((await run(...apply.split(' '))).code).toBe(0);
    expect((await run(...audit.split(' '))).out).toMatch(/\b1 proven\b/);
    for (const args of others) expect((await run(...args.split(' '))).code).toBe(0);
    const again = await run('plan', 'playground/fleet.yaml', '--keys', 'playground/keys.yaml');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('8 unchanged') });
  });

  it('lets a policy that was adopted plan nothing', async () => {
    playground = startPlayground(folder);
    await playground.sees(OPEN);
    const { out } = await run('adopt', '--keys', 'playground/keys.yaml');
    writeFileSync(join(folder, 'mine.yaml'), out);
    expect(await run('plan', 'mine.yaml', '--keys', 'playground/keys.yaml')).toMatchObject({ code: 0 });
  });

  it('shows drift, its repair, and in the end a contest', async () => {
    playground = startPlayground(folder);
    const once = ['break acme', 'tick'];
    const said = await typed('CONTESTED', 'tick', ...once, ...once, ...once, ...once);
    expect(said.match(/~ acme +updated/g)).toHaveLength(3);
    const repaired = await typed('+ globex', 'delete globex', 'tick');
    expect(repaired).toMatch(/\+ globex +created/);
  });

  it('shows a guard, once the policy is changed', async () => {
    playground = startPlayground(folder);
    await typed('The tick', 'tick');
    edit('backupsStored: 7', 'backupsStored: 3');
    expect(await typed('GUARDED', 'tick')).toContain('The policy is uploaded');
    edit('backupsStored: 3', 'backupStored: 3');
    expect(await typed('did you mean', 'tick')).toMatch(/fleet\.yaml:\d+:\d+: unknown .*backupsStored/);
  });

  it('lets time pass, and the reports tell who has backups', async () => {
    playground = startPlayground(folder);
    await typed('The tick', 'tick');
    const passed = await typed('3 days went by', 'pass 3d', 'tick');
    expect(passed).toMatch(/tyrell +0 backups made, [34] failed/);
    expect(passed).toMatch(/stark +[34] backups made/);
    const { portals } = JSON.parse(read('reports/fleet/latest.json')).policies[0];
    const verdicts = portals.map((one: { portal: string; protection: { verdict: string } }) => [
      one.portal,
      one.protection.verdict,
    ]);
    expect(Object.fromEntries(verdicts)).toMatchObject({
      stark: 'proven',
      wayne: 'late',
      umbrella: 'retired',
    });
    const status = await run('status', 'playground');
    expect(status.out).toMatch(/need you/);
    expect((await run('why', 'stark', 'playground/fleet.yaml', '--reports', 'playground')).out).toMatch(
      /\(3 days ago\) done, none/,
    );
    const days = JSON.parse(read('reports/fleet/days.json'));
    expect(days.until).toBe(new Date().toISOString().slice(0, 10));
    // Four dates of which the two in the middle were not asked about.
    expect(days.portals.stark).toMatch(/^p1-2p1$/);
  });
});

describe('the playground’s folder', () => {
  it('stays out of git, and its keys are for nobody else to read', async () => {
    playground = startPlayground(folder);
    await playground.sees(OPEN);
    expect(read('.gitignore')).toBe('*\n');
    expect(statSync(inFolder('keys.yaml')).mode & 0o077).toBe(0);
    const ignored = await runCommand('git', ['check-ignore', 'playground/keys.yaml', 'eu/keys.yaml'], {
      cwd: projectRoot(),
      deadlineMs: 30_000,
    });
    expect(ignored).toBe('playground/keys.yaml\neu/keys.yaml\n');
    const tracked = await runCommand('git', ['check-ignore', '--no-index', '-v', 'cli/playground/x.ts'], {
      cwd: projectRoot(),
      deadlineMs: 30_000,
    }).catch(() => 'not ignored');
    expect(tracked).toBe('not ignored');
  });

  it('keeps what somebody changed, and replaces its own', async () => {
    playground = startPlayground(folder);
    await playground.sees(OPEN);
    const first = read('keys.yaml');
    edit('hour: 3', 'hour: 4');
    const mine = read('fleet.yaml');
    writeFileSync(inFolder('reports/mine.txt'), 'mine');
    playground.type('quit');
    expect(await playground.ended).toBe(0);

    playground = startPlayground(folder);
    await playground.sees(OPEN);
    expect(read('fleet.yaml')).toBe(mine);
    expect(read('keys.yaml')).not.toBe(first);
    writeFileSync(inFolder('keys.yaml'), '# mine\n');
    playground.type('quit');
    await playground.ended;

    playground = startPlayground(folder);
    await playground.sees(OPEN);
    expect(read('keys.yaml')).toBe('# mine\n');
    expect(playground.text()).toContain('--keys playground/keys.new.yaml');
    expect(read('keys.new.yaml')).toContain('acme:');
    expect(read('reports/mine.txt')).toBe('mine');
  });

  it('is one playground’s at a time', async () => {
    playground = startPlayground(folder);
    await playground.sees(OPEN);
    const keys = read('keys.yaml');
    expect(await run('playground')).toMatchObject({
      code: 1,
      out: expect.stringContaining('a playground runs there already'),
    });
    expect(read('keys.yaml')).toBe(keys);
    // One that was killed holds nothing.
    playground.child.kill('SIGKILL');
    await playground.ended;
    playground = startPlayground(folder);
    await playground.sees(OPEN);
  });

  it('is told when it can’t be used', async () => {
    writeFileSync(join(folder, 'playground'), 'a file');
    playground = startPlayground(folder);
    expect(await playground.ended).toBe(1);
    expect(playground.text()).toMatch(/the folder playground can't be used \(E[A-Z]+\)/);
  });
});

describe('how it ends', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s, well, also where nothing can be typed', async (signal) => {
    playground = startPlayground(folder, 'ignore');
    await playground.sees('Ctrl-C ends it');
    await expect.poll(() => existsSync(inFolder('.running'))).toBe(true);
    playground.child.kill(signal);
    expect(await playground.ended).toBe(0);
    expect(existsSync(inFolder('.running'))).toBe(false);
  });

  it('after the last line of a script, which learns of a line that was not understood', async () => {
    playground = startPlayground(folder);
    playground.child.stdin?.end('delete globex\n\n# nothing\nbreak acm\ntick now');
    expect(await playground.ended).toBe(1);
    for (const said of ["globex's schedule is gone", 'did you mean "acme"', 'takes nothing behind it'])
      expect(playground.text()).toContain(said);
  });

  it('after a script that was understood, with 0', async () => {
    playground = startPlayground(folder);
    playground.child.stdin?.end('break acme\nquit\nnever read\n');
    expect(await playground.ended).toBe(0);
    expect(playground.text()).not.toContain('nothing to do here');
  });
});
