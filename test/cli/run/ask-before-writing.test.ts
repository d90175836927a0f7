import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { storedAs } from '../../functions/protected-portals.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, writeFiles } from '../run-cli.ts';
import { keptOutput } from './told-runs.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

const NAMES = ['acme', 'globex', 'initech', 'hooli'];

/** One portal to weaken, one to remove, one to create, one as wanted. */
async function startFour(): Promise<string[]> {
  fleet = await startFleet([
    { name: 'acme', schedule: { ...storedAs('acme'), backupsStored: 14 } },
    { name: 'globex', schedule: storedAs('globex') },
    { name: 'initech' },
    { name: 'hooli', schedule: storedAs('hooli') },
  ]);
  const text = policyText(NAMES)
    .replace('hour: 0', 'hour: 3')
    .replace('globex:', 'globex: { state: absent }');
  const files = writeFiles({ 'fleet.yaml': text, keys: keyFile(fleet) });
  return [files['fleet.yaml'], '--keys', files.keys];
}

type Typed = { readonly answer?: string; readonly isPipe?: 'in' | 'out'; readonly stopsThere?: boolean };

/** Runs the command with somebody before it, who answers so. */
async function type(argv: readonly string[], { answer, isPipe, stopsThere }: Typed) {
  const out = keptOutput(isPipe === 'out' ? undefined : 80);
  const stop = new AbortController();
  const writesWhenAsked: number[] = [];
  const exitCode = await main(argv, {
    ...{ out, err: out, useColours: false, env: {}, stop: stop.signal, version: '0', every: () => () => {} },
    input: {
      isTerminal: isPipe !== 'in',
      readLine: async () => {
        const { write, delete: deleted } = fleet.requests.counts;
        writesWhenAsked.push(write + deleted);
        if (stopsThere) stop.abort();
        return answer;
      },
    },
  });
  return { exitCode, text: out.text(), writesWhenAsked };
}

const requests = () => NAMES.map((name) => fleet.portal(name).counts.all);

test('apply shows what it would remove or weaken, and asks once, before any write', async () => {
  const args = await startFour();
  const { exitCode, text, writesWhenAsked } = await type(['apply', ...args], { answer: 'y' });
  expect(text).toContain(
    [
      '  - remove  globex  (may delete archives)',
      '  ~ weaken  acme  backupsStored 14 -> 7  (deletes archives)',
      'Remove 1 schedule and weaken 1, and write 1 other change? [y/N] ',
    ].join('\n'),
  );
  expect(writesWhenAsked).toEqual([0]);
  expect(exitCode).toBe(0);
  expect(fleet.portal('acme').schedule?.backupsStored).toBe(7);
  expect(fleet.portal('globex').schedule).toBeUndefined();
  expect(fleet.portal('initech').schedule).toBeDefined();
  // As a change that a guard held and let go: one read and what is asked before a write, then three.
  expect(requests()).toEqual([4, 4, 5, 1]);
});

test.each([
  ['no', { answer: 'n' }],
  ['nothing', { answer: '' }],
  ['the end of input', {}],
  ['Ctrl-C', { stopsThere: true }],
])('apply writes nothing where %s is the answer, and says so', async (_, typed) => {
  const args = await startFour();
  const { exitCode, text, writesWhenAsked } = await type(['apply', ...args], typed);
  expect(exitCode).toBe(1);
  expect(writesWhenAsked).toEqual([0]);
  expect(fleet.requests.counts).toMatchObject({ write: 0, delete: 0 });
  expect(text).toContain('INTERRUPTED: ');
  expect(text).toContain('fleet: 4 portals: 1 unchanged, 3 skipped');
});

test.each([
  ['with --yes', ['--yes'], {}],
  ['where input is no terminal', [], { isPipe: 'in' }],
  ['where output is no terminal', [], { isPipe: 'out' }],
] as const)('apply asks nobody %s, and sends no request more', async (_, more, typed) => {
  const args = await startFour();
  const { exitCode, text, writesWhenAsked } = await type(['apply', ...args, ...more], typed);
  expect(exitCode).toBe(0);
  expect(writesWhenAsked).toEqual([]);
  expect(text).not.toContain('[y/N]');
  expect(fleet.portal('initech').counts.all).toBe(4);
});

test('apply asks nobody where it only creates and strengthens', async () => {
  fleet = await startFleet([
    { name: 'acme' },
    { name: 'globex', schedule: { ...storedAs('globex'), backupsStored: 3 } },
  ]);
  const text = policyText(['acme', 'globex']).replace('hour: 0', 'hour: 3');
  const files = writeFiles({ 'fleet.yaml': text, keys: keyFile(fleet) });
  const run = await type(['apply', files['fleet.yaml'], '--keys', files.keys], {});
  expect(run).toMatchObject({ exitCode: 0, writesWhenAsked: [] });
  expect(fleet.requests.counts.write).toBe(2);
});

test('apply asks nobody about what a guard holds anyway, and goes on with the rest', async () => {
  const args = await startFour();
  const file = args[0] ?? '';
  writeFileSync(file, `${readFileSync(file, 'utf8')}guard: { maxWeaken: 0, maxRemove: 0 }\n`);
  const { exitCode, writesWhenAsked, text } = await type(['apply', ...args], {});
  expect({ exitCode, writesWhenAsked }).toEqual({ exitCode: 1, writesWhenAsked: [] });
  expect(text).toContain('fleet: 4 portals: 1 created, 1 unchanged, 2 held');
  expect(fleet.requests.counts).toMatchObject({ write: 1, delete: 0 });
});

test('plan never asks', async () => {
  const args = await startFour();
  expect((await type(['plan', ...args], {})).writesWhenAsked).toEqual([]);
});
