import { fstatSync, writeSync } from 'node:fs';
import type { Output } from './terminal.ts';

/** An output that knows whether all of its text got where it should. */
export type CheckedOutput = Output & {
  /** Waits until all is written. Gives the system's code of the first failure; `undefined` where there was none. */
  failure(): Promise<string | undefined>;
};

/**
 * Writes to a stream of the process. After a failure the rest is dropped, and nothing is thrown: a run must not end in
 * the middle of a portal. A reader that went away (`| head`) is no failure.
 */
export function checkedOutput(stream: NodeJS.WriteStream & { readonly fd: number }): CheckedOutput {
  let failed: string | undefined;
  let isOver = false;
  const fail = (error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (!isOver && code !== 'EPIPE') failed = code ?? 'unknown error';
    isOver = true;
  };
  stream.on('error', fail);
  const toFile = fstatSync(stream.fd).isFile();
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    write: (text) => {
      if (isOver) return;
      if (!toFile) {
        stream.write(text);
        return;
      }
      try {
        writeWhole(stream.fd, text);
      } catch (error) {
        fail(error);
      }
    },
    failure: async () => {
      if (!isOver && !toFile) await new Promise((resolve) => stream.write('', resolve));
      return failed;
    },
  };
}

// --- internal ---

/** A disk that gets full takes the first part of a text without an error. Node's own stream leaves it at that. */
function writeWhole(file: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
}
