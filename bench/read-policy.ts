// How the time to read a policy grows: ten times the portals may cost a little more than ten times the time (memory
// gets slower as it gets more), and never the square of it. Run: node cli/run-typescript.mjs bench/read-policy.ts
import { performance } from 'node:perf_hooks';
import { readPolicy } from '../functions/policy/read-policy.ts';

const ROUNDS = 5;
const LIMIT = 12;
const [few, many] = [policyOf(10_000), policyOf(100_000)];
const times: Record<'few' | 'many', number[]> = { few: [], many: [] };

time(few, 10_000); // warms up
for (let round = 0; round < ROUNDS; round += 1) {
  times.few.push(time(few, 10_000));
  times.many.push(time(many, 100_000));
}
const [shorter, longer] = [median(times.few), median(times.many)];
const ratio = longer / shorter;
process.stdout.write(
  `10,000 portals ${shorter.toFixed(0)} ms, 100,000 portals ${longer.toFixed(0)} ms, ratio ${ratio.toFixed(1)} (under ${LIMIT})\n`,
);
process.exitCode = ratio < LIMIT ? 0 : 1;

function policyOf(portals: number): Uint8Array {
  const defaults =
    'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }';
  const names = Array.from({ length: portals }, (_, index) => `  portal-${index}:`);
  return new TextEncoder().encode(['version: 1', defaults, 'portals:', ...names, ''].join('\n'));
}

function time(bytes: Uint8Array, portals: number): number {
  const start = performance.now();
  const { policy } = readPolicy(bytes);
  const end = performance.now();
  if (policy?.targets.length !== portals) throw new Error('the policy was not read');
  return end - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
