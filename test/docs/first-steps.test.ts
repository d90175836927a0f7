import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../deploy/run-command.ts';
import { cloneInto, installInto } from './clone.ts';
import { commandsUnder, README } from './readme-commands.ts';

/** Somebody who has README.md and a clone, and types what stands there. */
const clone = mkdtempSync(join(tmpdir(), 'policy-sync-clone-'));
let playground: ChildProcess | undefined;

beforeAll(async () => {
  await cloneInto(clone);
});
afterAll(async () => {
  if (playground?.pid !== undefined && playground.exitCode === null) process.kill(-playground.pid, 'SIGKILL');
  rmSync(clone, { recursive: true, force: true });
});

const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  npm_config_offline: 'true',
};

async function type(command: string): Promise<{ code: number; out: string }> {
  try {
    return { code: 0, out: await runCommand('sh', ['-c', command], { cwd: clone, env, deadlineMs: 90_000 }) };
  } catch (error) {
    const { cause, message } = error as Error & { cause: { code: number } };
    return { code: cause.code, out: message };
  }
}

/** Starts what stays, and waits until it says what to type next. */
function stay(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], {
    cwd: clone,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  playground = child;
  let text = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('In another terminal')) resolve(text);
      });
    child.once('close', () => reject(new Error(`${command} ended:\n${text}`)));
  });
}

test('five commands lead from a clone to unchanged, as README.md has them', async () => {
  const commands = commandsUnder('Try it', 'playground');
  expect(commands).toHaveLength(5);
  const [first, second = '', ...others] = commands;
  expect(first).toBe('npm ci');
  installInto(clone);
  await stay(second);
  const ran = [];
  for (const command of others) ran.push(await type(command));
  expect(ran.map(({ code }) => code)).toEqual([2, 0, 0]);
  expect(ran.at(-1)?.out).toMatch(/\b8 unchanged\b/);
});

test('keys of one’s own lead to unchanged by adopting, as README.md has it', async () => {
  const commands = commandsUnder('Your own portals in five minutes');
  expect(commands).toHaveLength(2);
  copyFileSync(join(clone, 'playground/keys.yaml'), join(clone, 'keys.yaml'));
  const ran = [];
  for (const command of commands) ran.push(await type(command));
  expect(ran.map(({ code }) => code)).toEqual([0, 0]);
  expect(ran.at(-1)?.out).toContain('unchanged');
});

test('README.md stays short', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(220);
});
