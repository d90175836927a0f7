import fc from 'fast-check';
import { expect, test } from 'vitest';
import '../functions/patience.ts';
import { CANARY } from './canary.ts';
import { openFunctionFuzzer } from './function-target.ts';
import { type Fuzzer, fuzzerOf } from './fuzz-target.ts';
import { reportsFuzzer } from './report-target.ts';
import { openTerminalFuzzer } from './terminal-target.ts';
import { eventsFuzzer, keyFilesFuzzer, policiesFuzzer, secretsFuzzer } from './text-targets.ts';

/** A few seconds of what `npm run fuzz` does for minutes, always with the same inputs. */
const SEED = 20261127;

test.each<[name: string, runs: number, open: () => Fuzzer | Promise<Fuzzer>]>([
  ['policies', 60, () => policiesFuzzer],
  ['key files', 150, () => keyFilesFuzzer],
  ['secrets', 150, () => secretsFuzzer],
  ['events', 150, () => eventsFuzzer],
  ['stored reports', 80, () => reportsFuzzer],
  ['portal answers', 12, openTerminalFuzzer],
  ['the deployed function', 3, openFunctionFuzzer],
])('no %s make it crash, hang or tell a key', async (_, runs, open) => {
  const fuzzer = await open();
  try {
    expect(await fuzzer.round(SEED, { runs, patience: 10 })).toBeUndefined();
  } finally {
    await fuzzer.close();
  }
});

test('a failure is told with its seed and the smallest input', async () => {
  const broken = fuzzerOf({
    ...{ name: 'broken', mostMs: 1_000, inputsARound: 100 },
    inputs: fc.nat(),
    run: (input) => [input > 1_000 ? CANARY : 'well'],
  });
  expect(await broken.round(SEED)).toMatchObject({
    seed: SEED,
    input: '1001',
    error: expect.stringContaining('a key is shown'),
  });
});
