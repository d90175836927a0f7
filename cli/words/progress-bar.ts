import type { Output } from '../terminal.ts';

/** A line at the foot of a terminal that says how far a long run is; nothing anywhere but on a terminal. */
export type ProgressBar = {
  show(done: number, all: number): void;
  /** Takes the bar off, for a line of text to be printed in its place. */
  clear(): void;
};

/** Runs shorter than this many portals show no bar. */
const LONG_RUN = 20;
const WIDTH = 30;

export function progressBar(out: Output): ProgressBar {
  let shown = '';
  return {
    show: (done, all) => {
      if (!out.isTerminal || all < LONG_RUN) return;
      const filled = Math.floor((done / all) * WIDTH);
      const text = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${all}`;
      if (text === shown) return;
      shown = text;
      out.write(`\r${text}`);
    },
    clear: () => {
      if (shown) out.write('\r\u001b[K');
      shown = '';
    },
  };
}
