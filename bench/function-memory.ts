import { deploy, policyText } from '../test/functions/deployment.ts';
import { TELLING_COST, toldCosts } from './told-cost.ts';

/**
 * The most memory that the function's process takes for a fleet, and how long: the bundle in its own process, as it is
 * deployed, every portal written. Usage: node cli/run-typescript.mjs bench/function-memory.ts [portals]
 */
const count = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 10_000);
const MOST_MB = 256;

const portals = Array.from({ length: count }, (_, index) => `portal-${index}`);
const world = await deploy(
  portals.map((name) => ({ name })),
  {},
  { sharedPort: true, execArgv: [...TELLING_COST] },
);

async function measure(what: string, run: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const answer = JSON.stringify(await run());
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${what}: ${seconds} s, ${answer.length} characters of result: ${answer}\n`);
}

await measure(`upload over ${count} portals`, () => world.upload('policies/fleet.yaml', policyText(portals)));
await measure('tick, nothing to change', () => world.tick());
await measure('upload, all to change', () => world.upload('policies/fleet.yaml', policyText(portals, 9)));
await world.fn.close();
const megabytes = toldCosts(world.fn.lines)[0]?.peakMb ?? Number.NaN;
process.stdout.write(
  `peak resident memory of the function: ${megabytes.toFixed(0)} MB (at most ${MOST_MB})\n`,
);
await world.close();
process.exitCode = megabytes < MOST_MB ? 0 : 1;
