/** What a command line needs of its process. */
export type Terminal = {
  readonly out: Output;
  readonly err: Output;
  /** Where somebody may answer a question; missing: nobody is there. */
  readonly input?: Input;
  /** All lines to come, until there is none any more, or `stop` comes first; missing: there will be none. */
  readonly lines?: (stop: AbortSignal) => AsyncIterable<string>;
  /** Whether `out` is painted. */
  readonly useColours: boolean;
  readonly every: Every;
  /** Aborted by SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
  readonly env: Environment;
  /** Name servers, as `address:port`, instead of the system's. */
  readonly nameServers?: readonly string[];
  readonly version: string;
};

/** Where text for somebody goes. */
export type Output = {
  write(text: string): unknown;
  readonly isTerminal: boolean;
  /** How wide a terminal is now; `undefined` where nobody knows. */
  readonly columns?: number | undefined;
};

/** Who sits before a terminal. */
export type Input = {
  readonly isTerminal: boolean;
  /** The next line; `undefined` where there is none any more, or `stop` came first. */
  readLine(stop: AbortSignal): Promise<string | undefined>;
};

/** Calls again and again, after so many milliseconds each, until what it gives back is called. */
export type Every = (ms: number, call: () => void) => () => void;

export type Environment = Readonly<Record<string, string | undefined>>;

/** 0: all well, and for `plan` nothing to change. 1: something is wrong. 2: changes were found and not made. */
export type ExitCode = 0 | 1 | 2;

/** What is wrong with a whole run or answer, not with a portal. Its message is safe to print. */
export type RunError = { readonly code: string; readonly message: string };
