import packageJson from '../package.json' with { type: 'json' };
import { main } from './main.ts';

/** The process around the command: signals, streams, exit code. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second signal finds the default and ends the process at once.
  process.once(signal, () => {
    stop.abort();
    process.stderr.write(
      '\npolicy-sync: ending: the portals in flight finish first (again to end at once)\n',
    );
  });
}
// A reader that went away (`| head`) must not end a run in the middle of a portal.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await main(process.argv.slice(2), {
  out: { write: (text) => process.stdout.write(text), isTerminal: process.stdout.isTTY === true },
  err: { write: (text) => process.stderr.write(text), isTerminal: process.stderr.isTTY === true },
  useColours: !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  env: process.env,
  stop: stop.signal,
  version: packageJson.version,
});
