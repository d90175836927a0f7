import { parseArgs } from 'node:util';
import { openFunctionFuzzer } from './function-target.ts';
import type { Fuzzer } from './fuzz-target.ts';
import { reportsFuzzer } from './report-target.ts';
import { openTerminalFuzzer } from './terminal-target.ts';
import { eventsFuzzer, keyFilesFuzzer, policiesFuzzer, secretsFuzzer } from './text-targets.ts';

const USAGE = `npm run fuzz -- [--seed N] [--minutes M] [--only TARGET]

Makes inputs for M minutes (1), each round with the next seed, of each target in turn. --seed N begins with that one: the
same seed makes the same inputs. A failure is told with its seed and its smallest input; the exit code is then 1.
TARGET: policies, "key files", secrets, events, "stored reports", "portal answers", "the deployed function"
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(first) || !(minutes > 0)) {
  process.stderr.write(USAGE);
  process.exit(1);
}

const all: readonly Fuzzer[] = [
  ...[policiesFuzzer, keyFilesFuzzer, secretsFuzzer, eventsFuzzer, reportsFuzzer],
  await openTerminalFuzzer(),
  await openFunctionFuzzer(),
];
const fuzzers = all.filter(({ name }) => values.only === undefined || name === values.only);
const end = performance.now() + minutes * 60_000;
const rounds = new Map<string, number>();
let failures = 0;
process.stdout.write(`fuzz: seed ${first}, ${minutes} minutes\n`);
for (let seed = first; performance.now() < end && fuzzers.length > 0; seed++) {
  for (const { name, round } of fuzzers) {
    const failure = await round(seed);
    rounds.set(name, (rounds.get(name) ?? 0) + 1);
    if (!failure) continue;
    failures++;
    process.stdout.write(`\nFAILED ${name}: npm run fuzz -- --seed ${seed} --only "${name}"\n`);
    process.stdout.write(`${failure.error}\ninput: ${failure.input}\n`);
  }
}
for (const { name, inputsARound } of fuzzers)
  process.stdout.write(`${name}: ${(rounds.get(name) ?? 0) * inputsARound} inputs\n`);
process.stdout.write(failures > 0 ? `${failures} rounds failed\n` : 'all well\n');
for (const { close } of all) await close();
process.exitCode = failures > 0 || fuzzers.length === 0 ? 1 : 0;
