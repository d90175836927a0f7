import packageJson from '../package.json' with { type: 'json' };
import { checkedOutput } from './checked-output.ts';
import { main } from './main.ts';
import { readLines, readTerminal } from './read-terminal.ts';
import { wantsColours } from './words/colours.ts';

// Certificates are checked whatever the environment says, also by what logs in to AWS.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;

/** The process around the command: signals, streams, exit code. */
const argv = process.argv.slice(2);
const isRun = argv[0] !== 'playground';
const ENDING = ': the portals in flight finish first (again to end at once)';
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second signal finds the default and ends the process at once.
  process.once(signal, () => {
    process.stderr.write(`\npolicy-sync: ending${isRun ? ENDING : ''}\n`);
    stop.abort();
  });
}
// A warning on Node's version is for who runs it, not for who reads a pipeline's log: the SDK's would be there each time.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const out = checkedOutput(process.stdout);
const err = checkedOutput(process.stderr);
const exitCode = await main(argv, {
  out,
  err,
  input: readTerminal(),
  lines: readLines,
  every: (ms, call) => {
    const timer = setInterval(call, ms).unref();
    return () => clearInterval(timer);
  },
  useColours: wantsColours(process.env, out.isTerminal),
  env: process.env,
  stop: stop.signal,
  version: packageJson.version,
});
const failure = await out.failure();
if (failure) err.write(`policy-sync: the output could not be written (${failure})\n`);
process.exitCode = failure ? 1 : exitCode;
