/** Time as an argument. `now` is monotonic (milliseconds, for deadlines); `date` is the wall clock (for people). */
export type Clock = {
  now(): number;
  date(): Date;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
};
