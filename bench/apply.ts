import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { main } from '../cli/main.ts';

/**
 * The `policy-sync` command as cli/entry.ts runs it, with two things more: it asks the bench's name server, and tells
 * what a bench can't see from outside in the file that BENCH_TOLD names.
 */
const { BENCH_NAME_SERVER, BENCH_TOLD } = process.env;
const delay = BENCH_TOLD === undefined ? undefined : monitorEventLoopDelay({ resolution: 1 });
delay?.enable();

process.exitCode = await main(process.argv.slice(2), {
  out: { write: (text) => process.stdout.write(text), isTerminal: false },
  err: { write: (text) => process.stderr.write(text), isTerminal: false },
  useColours: false,
  every: () => () => {},
  stop: new AbortController().signal,
  env: process.env,
  version: 'bench',
  ...(BENCH_NAME_SERVER !== undefined && { nameServers: [BENCH_NAME_SERVER] }),
});

if (delay && BENCH_TOLD !== undefined) {
  delay.disable();
  // The last portals' sockets are closed in the loop's next turns.
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  const told = {
    maxRssMb: process.resourceUsage().maxRSS / 1024,
    lagP99Ms: delay.percentile(99) / 1e6,
    lagMaxMs: delay.max / 1e6,
    handlesLeft: process.getActiveResourcesInfo().filter((kind) => !/^(TTY|Pipe|FS)/.test(kind)),
  };
  writeFileSync(BENCH_TOLD, JSON.stringify(told));
}
