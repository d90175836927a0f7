import { execFile } from 'node:child_process';
import { projectRoot } from '../../infra/project-root.ts';

export type CommandOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it runs; the project's root, if nothing is said. */
  readonly cwd?: string;
  /** After so long it is killed. Milliseconds. */
  readonly deadlineMs: number;
};

/**
 * Runs a command to its end.
 * @returns what it wrote, both streams together
 * @throws Error with the end of what it wrote
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { env = process.env, cwd = projectRoot(), deadlineMs }: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...env },
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 2 ** 20,
    } as const;
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (!error) return resolve(output);
      const why = error.killed ? `did not end within ${deadlineMs / 1000} s` : 'failed';
      const end = output.trimEnd().split('\n').slice(-60).join('\n');
      reject(new Error(`${[command, ...args].join(' ')} ${why}\n${end}`, { cause: error }));
    });
    child.stdin?.end();
  });
}
