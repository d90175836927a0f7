/** What one portal may cost. Times in milliseconds. */
export type Limits = {
  /** Name look-up, TCP and TLS together. */
  readonly connectMs: number;
  /** One request, from its start to the last byte of its answer: not idle time. */
  readonly requestMs: number;
  /** One portal in all, pauses between tries included. */
  readonly portalMs: number;
  /** The longest body of an answer that is read. */
  readonly answerBytes: number;
};

export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  requestMs: 10_000,
  portalMs: 30_000,
  answerBytes: 256 * 1024,
};

/** No write starts with less than this left: its answer could not be waited for. Milliseconds. */
export const LEAST_TIME_FOR_A_WRITE = 1_000;
