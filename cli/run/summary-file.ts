import { appendFileSync } from 'node:fs';
import { printable } from '../../functions/model/printable.ts';
import type { Output } from '../terminal.ts';

/** A file that others write to as well, such as the summary of a job. */
export type SummaryFile = {
  readonly out: Output;
  /** Whether something could not be written; it was told on `err`. */
  hasFailed(): boolean;
};

/** What can't be written is told, and stops nothing: portals come first. */
export function summaryFile(path: string, err: Output): SummaryFile {
  let failed = false;
  return {
    out: {
      isTerminal: false,
      write: (text) => {
        try {
          appendFileSync(path, text);
        } catch (error) {
          failed = true;
          const { code = 'unknown error' } = error as NodeJS.ErrnoException;
          err.write(`policy-sync: the summary could not be written to ${printable(path)} (${code})\n`);
        }
      },
    },
    hasFailed: () => failed,
  };
}
