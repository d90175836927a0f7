import { judgeDay } from './judge-day.ts';
import { liveDay } from './siege-day.ts';
import { FAULT_KINDS } from './siege-faults.ts';

/** The long form: `npm run siege`, or `npm run siege -- FIRST COUNT`, or `npm run siege -- SEED` for one day again. */
const [first = '1', count] = process.argv.slice(2);
const seeds = Array.from(
  { length: Number(count ?? (process.argv.length > 2 ? 1 : 100)) },
  (_, index) => Number(first) + index,
);
const struck = new Set<string>();
let bad = 0;
const begin = Date.now();
for (const seed of seeds) {
  const from = Date.now();
  const day = await liveDay(seed);
  const violations = judgeDay(day);
  const { book, ends, lost } = day.world;
  for (const kind of book.struck.keys()) struck.add(kind);
  const died = ends.filter(({ how }) => how === 'died').length;
  const line = `seed ${seed}: ${ends.length} runs (${died} died, ${lost.length} messages lost), ${book.sent.length} writes, ${violations.length} violations, ${((Date.now() - from) / 1_000).toFixed(1)} s`;
  process.stdout.write(`${line}\n${violations.map((what) => `  ${what}\n`).join('')}`);
  if (violations.length > 0) {
    bad++;
    process.stdout.write(`  again: npm run siege -- ${seed}\n`);
  }
  await day.world.close();
}
const missing = FAULT_KINDS.filter((kind) => !struck.has(kind));
process.stdout.write(
  `${seeds.length} days, ${bad} with violations, ${((Date.now() - begin) / 60_000).toFixed(1)} minutes; faults that never struck: ${missing.join(' ') || 'none'}\n`,
);
process.exit(bad > 0 || (seeds.length >= 10 && missing.length > 0) ? 1 : 0);
