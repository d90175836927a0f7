import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionMbFor, type MemoryRoom, memoryRoom } from '../../../functions/model/memory-room.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { countPortals } from '../../../functions/policy/reading/count-portals.ts';
import { findTooMuchText } from '../../../functions/policy/reading/too-much.ts';
import '../patience.ts';

const DEFAULTS = [
  'version: 1',
  'defaults:',
  '  storageType: ThirdPartyConsumer',
  '  storageParams: { module: s3, bucket: acme-backups, subdir: "{portal}" }',
  '  backupsStored: 7',
  '  cronParams: { period: EveryDay, hour: 3 }',
  '',
].join('\n');

/** A policy over so many portals, each written in one way. */
const SHAPES = {
  'bare lines': (names: string[]) => `${DEFAULTS}portals:\n${names.map((name) => `  ${name}:\n`).join('')}`,
  'a field each': (names: string[]) =>
    `${DEFAULTS}portals:\n${names.map((name) => `  ${name}: { backupsStored: 9 }\n`).join('')}`,
  'a field each on its line': (names: string[]) =>
    `${DEFAULTS}portals:\n${names.map((name) => `  ${name}:\n    backupsStored: 9\n`).join('')}`,
  'one map in braces': (names: string[]) => `${DEFAULTS}portals: { ${names.join(': , ')}: }\n`,
  'names alone in braces': (names: string[]) => `${DEFAULTS}portals: {${names.join(',')}}\n`,
  'fields in braces': (names: string[]) =>
    `${DEFAULTS}portals: {${names.map((name) => `${name}: {backupsStored: 9}`).join(',')}}\n`,
  'braces that are never closed': (names: string[]) => `${DEFAULTS}portals: { ${names.join(': , ')}:\n`,
} as const;
type Shape = keyof typeof SHAPES;

const names = (count: number) => Array.from({ length: count }, (_, at) => `p${at.toString(36)}`);
const policyOf = (shape: Shape, count: number) => Buffer.from(SHAPES[shape](names(count)));
const GIGABYTES = 4 * 2 ** 30;
const functionRoom = (mb: number) => memoryRoom({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(mb) }, GIGABYTES);
const terminalRoom = (mb: number): MemoryRoom => memoryRoom({}, mb * 2 ** 20);
const problemsOf = (bytes: Uint8Array, room: MemoryRoom) =>
  readPolicy(bytes, { room }).errors.map(({ line, column, message }) => ({ line, column, message }));

describe('a policy that is more than the function’s memory carries', () => {
  test.each<[Shape, number]>([
    ['a field each', 150_000],
    ['one map in braces', 560_000],
    ['names alone in braces', 690_000],
    ['a field each on its line', 120_000],
    ['fields in braces', 140_000],
    ['bare lines', 400_000],
  ])('has one error, which says how many portals there are, and what helps: %s', (shape, count) => {
    const bytes = policyOf(shape, count);
    expect(bytes.length).toBeLessThan(5 * 2 ** 20);
    const [error, ...more] = problemsOf(bytes, functionRoom(512));
    expect(more).toEqual([]);
    expect(error).toMatchObject({ line: 1, column: 1 });
    expect(error?.message).toMatch(
      new RegExp(
        `^the policy has ${count.toLocaleString('en-US')} portals, more than the function carries with its 512 MB: ` +
          'give it more memory \\(memoryMb: \\d+\\), or split the policy$',
      ),
    );
  });

  test('fits into the memory that its error tells, and not into less', () => {
    const bytes = policyOf('bare lines', 200_000);
    const [error] = problemsOf(bytes, functionRoom(512));
    const told = Number(/memoryMb: (\d+)/.exec(error?.message ?? '')?.[1]);
    expect(problemsOf(bytes, functionRoom(told))).toEqual([]);
    expect(problemsOf(bytes, functionRoom(told - 64))).toHaveLength(1);
  });

  test('is told of texts that grow with each portal’s name, too', () => {
    const long = DEFAULTS.replace('"{portal}"', `"${'{portal}/'.repeat(400)}"`);
    const text = `${long}portals:\n${names(20_000)
      .map((name) => `  ${name}:\n`)
      .join('')}`;
    expect(problemsOf(Buffer.from(text), functionRoom(512))).toMatchObject([
      { message: expect.stringContaining('too much text for so many portals') },
    ]);
  });

  test('is no policy at all without portals, when its keys are too many', () => {
    const keys = Buffer.from(`version: 1\n${names(500_000).join(': 1\n')}: 1\n`);
    expect(problemsOf(keys, functionRoom(512))).toMatchObject([
      { message: expect.stringContaining('more keys and values, more than the function carries') },
    ]);
  });

  test.each<[Shape, number]>([
    ['bare lines', 50_000],
    ['a field each', 40_000],
    ['names alone in braces', 40_000],
  ])('is none where the memory carries it: %s', (shape, count) => {
    expect(problemsOf(policyOf(shape, count), functionRoom(512))).toEqual([]);
  });
});

describe('at a terminal', () => {
  test('there is no bound but Node’s own heap: bare portals cost next to nothing', () => {
    expect(problemsOf(policyOf('bare lines', 100_000), terminalRoom(64))).toEqual([]);
  });

  test('a file that would end the process is told instead', () => {
    expect(problemsOf(policyOf('a field each', 150_000), terminalRoom(256))).toMatchObject([
      {
        message: expect.stringMatching(
          /^the file has 150,000 portals, more than this process can read: give Node more memory \(NODE_OPTIONS=--max-old-space-size=\d+\), or split the policy$/,
        ),
      },
    ]);
  });
});

describe('the room of a process', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['a function', { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024' }, 1024],
    ['a terminal', {}, undefined],
    ['nonsense', { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 'much' }, undefined],
  ])('%s', (_, env, functionMb) => {
    expect(memoryRoom(env, GIGABYTES).functionMb).toBe(functionMb);
  });

  test('never passes Node’s own limit, and grows with the memory', () => {
    expect(memoryRoom({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '10240' }, 2 ** 29).bytes).toBeLessThan(2 ** 29);
    const rooms = [128, 512, 1024, 10_240].map((mb) => functionRoom(mb).bytes);
    expect(rooms).toEqual([...rooms].sort((a, b) => a - b));
    expect(functionMbFor(functionRoom(1024).bytes)).toBe(1024);
    expect(functionMbFor(2 ** 40)).toBeUndefined();
  });
});

test('a slip in a map of a hundred thousand portals is told, and never thrown', () => {
  const [error, ...more] = readPolicy(policyOf('braces that are never closed', 150_000)).errors;
  expect([error?.message, more]).toEqual(['the closing } is missing, or stands too far left', []]);
});

describe('portals are counted without parsing', () => {
  test.each<[string, number]>([
    ['portals:\n  a:\n  b: { x: 1 }\n\n  # c:\n  d:\n    x: 1\n    y: 2\nafter: 1\n', 3],
    ['version: 1\nportals:\r\n  a:\r\n\r\n  b:\r\n', 2],
    ['portals: { a: , b: { x: 1, y: [1, 2] }, "c,d": , e }', 4],
    ['portals: { a: "x,y # z", b: it\'s, # c, d\n  e: }\nmore: 1', 3],
    ['portals: {}', 0],
    ['portals: { a, }', 1],
    ['portals:\nprofiles:\n  a: {}\n', 0],
    ['defaults: { portals: { a: , b: } }', 0],
    ['portals: { a: , b', 2],
  ])('%j', (text, count) => {
    expect(countPortals(text)).toBe(count);
  });
});

describe('what is let through is read in that memory', () => {
  let folder: string;
  let script: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'policy-sync-memory-'));
    script = join(folder, 'read.mjs');
    await build({
      stdin: {
        contents: `
          import { readFileSync } from 'node:fs';
          import { memoryRoom } from './functions/model/memory-room.ts';
          import { readPolicy } from './functions/policy/read-policy.ts';
          const { policy, errors } = readPolicy(readFileSync(0), { room: memoryRoom(process.env) });
          process.stdout.write(String(policy?.targets.length ?? errors[0]?.message));`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As Lambda starts Node: nine tenths of the memory for the heap, and five percent for each half of its young part. */
  function readIn(mb: number, bytes: Uint8Array): string {
    const flags = [
      `--max-old-space-size=${Math.floor(mb * 0.9)}`,
      `--max-semi-space-size=${Math.ceil(mb * 0.05)}`,
    ];
    return execFileSync(process.execPath, [...flags, script], {
      input: bytes,
      encoding: 'utf8',
      env: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(mb) },
    });
  }

  /** The most portals of a shape that pass in a function of so many MB. */
  function mostIn(shape: Shape, mb: number): number {
    let [passes, fails] = [0, 1_000_000];
    while (fails - passes > passes / 50 + 10) {
      const middle = Math.floor((passes + fails) / 2);
      const text = policyOf(shape, middle);
      const isTooMuch = text.length > 5 * 2 ** 20 || isRefused(text, mb);
      if (isTooMuch) fails = middle;
      else passes = middle;
    }
    return passes;
  }

  const isRefused = (text: Uint8Array, mb: number) =>
    findTooMuchText(Buffer.from(text).toString(), functionRoom(mb)) !== undefined;

  test.each(Object.keys(SHAPES) as Shape[])('%s', (shape) => {
    const most = mostIn(shape, 192);
    const told = readIn(192, policyOf(shape, most));
    expect([String(most), 'the closing } is missing, or stands too far left']).toContain(told);
    expect(readIn(192, policyOf(shape, Math.ceil(most * 1.1)))).toContain('memoryMb');
  });
});
