/** What a fleet server has seen since it was last reset. */
export type FleetCounts = {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly connections: number;
  readonly openSockets: number;
  readonly mostOpenSockets: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Requests that no portal of the bench takes. */
  readonly bad: number;
  /** Portals that were read after they were written. */
  readonly proven: number;
  /** From the reset to the last answer. */
  readonly lastAnswerMs: number;
  /** Of the server's own process since its start. */
  readonly cpuMs: number;
};
