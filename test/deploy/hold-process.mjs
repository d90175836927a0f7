// Runs a command in a process group of its own, and ends that group when our input ends: whoever started us went,
// in whatever way, or wants it to be over. Nothing is left running.
import { spawn } from 'node:child_process';

// Its environment comes as an argument: ours may load things that are meant for it alone.
const [env, command, ...args] = process.argv.slice(2);
const held = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
  env: JSON.parse(env),
});

held.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
held.once('exit', (code) => {
  endGroup('SIGKILL');
  process.exit(code ?? 1);
});
process.stdin.resume();
process.stdin.once('end', () => {
  endGroup('SIGTERM');
  setTimeout(() => endGroup('SIGKILL'), 3_000);
});
// A terminal's Ctrl-C comes to us, too; the end of our input follows it.
process.on('SIGINT', () => {});

function endGroup(signal) {
  try {
    process.kill(-held.pid, signal);
  } catch {
    // it is gone
  }
}
