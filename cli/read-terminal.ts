import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import type { Input } from './terminal.ts';

/** Lines that somebody types. The stream is held only while a line is waited for: else a run would never end. */
export function readTerminal(): Input {
  return {
    isTerminal: isatty(STDIN),
    readLine: (stop) =>
      new Promise((resolve) => {
        const stream = process.stdin;
        // Not as a terminal: Ctrl-C is to reach the process, which ends the run with its account.
        const lines = createInterface({ input: stream, terminal: false });
        const end = (line: string | undefined) => {
          stop.removeEventListener('abort', onStop);
          resolve(line);
          lines.close();
          stream.pause();
          stream.unref?.();
        };
        const onStop = () => end(undefined);
        lines.once('line', end);
        lines.once('close', () => end(undefined));
        stop.addEventListener('abort', onStop, { once: true });
        if (stop.aborted) onStop();
      }),
  };
}

/** All that is typed, or that a script gives, line by line. */
export async function* readLines(stop: AbortSignal): AsyncGenerator<string> {
  const stream = process.stdin;
  const lines = createInterface({ input: stream, terminal: false, signal: stop });
  try {
    yield* lines;
  } finally {
    lines.close();
    stream.pause();
    stream.unref?.();
  }
}

// --- internal ---

const STDIN = 0;
