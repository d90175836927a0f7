import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../infra/project-root.ts';

/** A bundled function in processes of its own, one for each invocation at a time, kept warm as Lambda keeps them. */
export type LocalFunction = {
  /** Waits for the answer, as a synchronous invocation does. Never throws: an error is an answer, too. */
  invoke(event: unknown, options?: InvokeOptions): Promise<Invocation>;
  /** What `getRemainingTimeInMillis` says from now on, in every invocation under way, once this has resolved. */
  setTimeLeft(timeLeftMs: number): Promise<void>;
  /** What the function wrote to its log, line by line. */
  readonly lines: string[];
  /** Kills every process at once, as a crash does; invocations under way answer with an error. */
  kill(): void;
  close(): Promise<void>;
};

export type InvokeOptions = {
  /** What `getRemainingTimeInMillis` starts from. Default: 900 s. Nothing ends the function when it is over. */
  readonly timeoutMs?: number;
  /** Lambda's retry of an event has the id of its first try. Default: a new one. */
  readonly requestId?: string;
};

export type Invocation = {
  readonly result?: unknown;
  readonly errorType?: string;
  readonly errorMessage?: string;
};

export type LocalFunctionOptions = {
  /** The file that exports `handler`. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  /** The Node to run it on. Default: this one. */
  readonly execPath?: string;
  /** For that Node. */
  readonly execArgv?: readonly string[];
};

export function openLocalFunction(options: LocalFunctionOptions): LocalFunction {
  const lines: string[] = [];
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  /** Emits the line that ends an invocation's log, once for each stream. */
  const ends = new EventEmitter();

  async function start(): Promise<ChildProcess> {
    const { bundle, env, execPath = process.execPath, execArgv = [] } = options;
    const runner = join(projectRoot(), 'local/lambda/run-bundle.mjs');
    const child = fork(runner, [pathToFileURL(bundle).href], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
      execPath,
      execArgv: [...execArgv],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    all.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        createInterface({ input: stream }).on('line', (line) =>
          isEnd(line) ? ends.emit(line) : lines.push(line),
        );
    }
    await nextMessage(child);
    return child;
  }

  return {
    lines,
    invoke: async (event, { timeoutMs = 900_000, requestId = randomUUID() } = {}) => {
      const child = idle.pop() ?? (await start());
      const answer = nextMessage(child);
      const logged = bothEnds(ends, requestId, child);
      child.send({ event, requestId, timeoutMs });
      const invocation = await answer;
      await logged;
      if (child.connected && !child.killed) idle.push(child);
      return invocation;
    },
    setTimeLeft: async (timeLeftMs) => {
      const busy = [...all].filter((child) => child.connected && !idle.includes(child));
      const told = busy.map((child) => nextMessage(child, isAcknowledgement));
      for (const child of busy) child.send({ timeLeftMs });
      await Promise.all(told);
    },
    kill: () => {
      for (const child of all) child.kill('SIGKILL');
      all.clear();
      idle.length = 0;
    },
    close: async () => {
      const ends = [...all]
        .filter((child) => child.exitCode === null && child.signalCode === null)
        .map(ended);
      for (const child of all) if (child.connected) child.disconnect();
      await Promise.all(ends);
    },
  };
}

// --- internal ---

const END = 'end of invocation ';

function isEnd(line: string): boolean {
  return line.startsWith(END);
}

/** Until both streams have ended the log of an invocation, or the process has ended. */
function bothEnds(ends: EventEmitter, requestId: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const done = () => {
      ends.off(END + requestId, onEnd);
      child.off('close', done);
      resolve();
    };
    const onEnd = () => {
      if (++seen === 2) done();
    };
    ends.on(END + requestId, onEnd);
    child.once('close', done);
  });
}

function isAcknowledgement(message: unknown): boolean {
  return message === 'acknowledged';
}

function nextMessage(
  child: ChildProcess,
  isExpected = (message: unknown) => !isAcknowledgement(message),
): Promise<Invocation> {
  return new Promise((resolve) => {
    const done = (invocation: Invocation) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(invocation);
    };
    const onMessage = (message: unknown) => {
      if (isExpected(message)) done(message as Invocation);
    };
    const onExit = () =>
      done({ errorType: 'Runtime.ExitError', errorMessage: 'the process ended before its answer' });
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
