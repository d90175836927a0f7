import { availableParallelism } from 'node:os';
import { type Bill, openBilledWorld } from './count-bill.ts';
import { printTable } from './print-table.ts';

/**
 * What AWS bills for a run, counted at the local endpoints: calls by kind, bytes of reports and of the log, and what the
 * function's process takes. Each run starts in a new process, as six hours after the last one. Keys are in groups, or
 * with `singles` one secret a portal.
 * Usage: node cli/run-typescript.mjs bench/run-bill.ts [portals] [policies] [singles]
 */
const args = process.argv.slice(2);
const [count = 1_000, policies = 1] = args.filter((argument) => /^\d+$/.test(argument)).map(Number);
const inGroups = !args.includes('singles');

const world = await openBilledWorld(count, policies, inGroups);
const bills: Bill[] = [];
try {
  bills.push(await world.upload('upload, all created'));
  world.letDaysPass();
  bills.push(await world.tick('tick, archives asked for'));
  bills.push(await world.tick('tick, quiet'));
  world.drift();
  bills.push(await world.tick('tick, 1 % deleted'));
} finally {
  await world.close();
}
const keys = inGroups ? 'keys in groups' : 'single secrets';
process.stdout.write(
  `Node ${process.version}, ${availableParallelism()} cores; ${count} portals, ${policies} policies, ${keys}\n\n${callTable(bills)}\n\n${byteTable(bills)}\n\n${JSON.stringify({ count, policies, inGroups, bills })}\n`,
);

function callTable(all: readonly Bill[]): string {
  const head = [
    ...['run', 'seconds', 'CPU s', 'peak MB', 'invocations', 'S3 PUT, LIST', 'S3 GET, HEAD'],
    ...['secrets: lists', 'reads', 'SQS sends', 'log lines', 'log bytes', 'metrics', 'requests/portal'],
  ];
  const lines = all.map((one) => [
    ...[one.what, one.seconds.toFixed(2), one.cpuSeconds.toFixed(2), one.peakMb.toFixed(0)],
    ...[one.invocations, one.puts, one.gets, one.secretLists, one.secretReads, one.queueCalls].map(String),
    ...[one.logLines, one.logBytes, one.metrics].map(String),
    (one.requests / count).toFixed(2),
  ]);
  return printTable(head, lines);
}

function byteTable(all: readonly Bill[]): string {
  const kinds = [...new Set(all.flatMap(({ stored }) => Object.keys(stored)))].sort();
  const lines = kinds.map((kind) => [kind, ...all.map(({ stored }) => String(stored[kind] ?? 0))]);
  const sums = all.map(({ stored }) => Object.values(stored).reduce((sum, bytes) => sum + bytes, 0));
  return printTable(
    ['bytes put below reports/', ...all.map(({ what }) => what)],
    [...lines, ['in all', ...sums.map(String)], ['a portal', ...sums.map((sum) => (sum / count).toFixed(0))]],
  );
}
