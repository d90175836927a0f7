import type { Output } from '../terminal.ts';
import { tellCount } from './tell-count.ts';

/** A line at the foot of a terminal that says how far a long run is; nothing anywhere but on a terminal. */
export type ProgressBar = {
  /** @param waiting whom the run waits for, if that is worth telling */
  show(done: number, all: number, waiting?: string): void;
  /** Takes the line off, for a line of text to be printed in its place. */
  clear(): void;
};

/** Runs shorter than this many portals show no bar. */
const LONG_RUN = 20;
const WIDTH = 30;
/** Beside somebody who is waited for: a name says more than a bar. */
const SHORT = 10;

export function progressBar(out: Output): ProgressBar {
  let shown = '';
  return {
    show: (done, all, waiting = '') => {
      if (!out.isTerminal) return;
      const bar = all < LONG_RUN ? '' : barOf(done / all, waiting === '' ? WIDTH : SHORT);
      const parts = [
        ...(all > 0 ? [`${bar}${tellCount(done)}/${tellCount(all)}`] : []),
        ...(waiting ? [waiting] : []),
      ];
      const text = bar || waiting ? fitted(parts.join('  '), out) : '';
      if (text === shown) return;
      shown = text;
      out.write(`\r${text}\u001b[K`);
    },
    clear: () => {
      if (shown) out.write('\r\u001b[K');
      shown = '';
    },
  };
}

// --- internal ---

function barOf(part: number, width: number): string {
  const filled = Math.floor(part * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] `;
}

/** A line that reached the last column would go on in the next one, and could not be taken off again. */
function fitted(text: string, { columns }: Output): string {
  const room = (columns || 80) - 1;
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
