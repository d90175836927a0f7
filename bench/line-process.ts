import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that prints a line at its start, and one for each line it is told. */
export type LineProcess = {
  readonly greeting: string;
  ask(line: string): Promise<string>;
  close(): void;
};

export async function startLineProcess(command: readonly string[]): Promise<LineProcess> {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error(`${program} has no pipes`);
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${program} has ended (${code})`));
  });
  child.on('error', (error) => waiting.shift()?.reject(error));
  const nextLine = () => new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
  return {
    greeting: await nextLine(),
    ask: (line) => {
      stdin.write(`${line}\n`);
      return nextLine();
    },
    close: () => stdin.end(),
  };
}
