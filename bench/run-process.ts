import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a whole process, with all its children, has cost. */
export type Cost = {
  /** User and system time. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type ProcessOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** Goes to the process's stdin. */
  readonly input?: string;
  /** Shell commands before it, like `ulimit -n 1024`. */
  readonly before?: string;
};

/** bash tells a child's time to the millisecond, other shells to the hundredth of a second. */
const SHELL = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';

/** Runs a command to its end. The shell's own `times` says what it and its children took. */
export function runProcess(command: readonly string[], options: ProcessOptions = {}): Promise<Cost> {
  const script = `${options.before ?? ':'}; "$@"; code=$?; times >&3; exit $code`;
  const started = performance.now();
  const child = spawn(SHELL, ['-c', script, 'bench', ...command], {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, times] = [child.stdio[1], child.stdio[2], child.stdio[3]].map((stream) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  });
  child.stdin?.on('error', () => {}); // a command that reads nothing may end first
  child.stdin?.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        cpuMs: childrensTime(times?.() ?? ''),
        wallMs: performance.now() - started,
        exitCode,
        stdout: stdout?.() ?? '',
        stderr: stderr?.() ?? '',
      }),
    );
  });
}

// --- internal ---

/** The second line of `times`: user and system time of the children, as `0m1.234s 0m0.056s`. */
function childrensTime(text: string): number {
  const line = text.trim().split('\n')[1] ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.,]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds = '']) =>
      sum + Number(minutes) * 60_000 + Number(seconds.replace(',', '.')) * 1000,
    0,
  );
}
