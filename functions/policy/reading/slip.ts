import type { Problem } from './problem.ts';
import type { Edit } from './text-edits.ts';
import type { TextLines } from './text-lines.ts';

/** One slip of somebody's: what is told of it, and what makes the rest of the file readable as it was meant. */
export type Slip = {
  readonly offset: number;
  readonly message: string;
  readonly edits: readonly Edit[];
  /** The lines it is about, the first and the last, from 0: what else is wrong on them follows from it. */
  readonly lines: readonly [first: number, last: number];
};

/** A problem of the parser's, in plain words. */
export type Fault = Problem & { readonly message: string };

/** A fault of syntax, and the lines around it. */
export type FaultPlace = {
  readonly page: TextLines;
  readonly fault: Fault;
  /** The line of the fault. */
  readonly line: number;
  /** Where the value begins that this line is a part of: often the line itself. */
  readonly first: number;
  /** Where that value ends. */
  readonly last: number;
};
