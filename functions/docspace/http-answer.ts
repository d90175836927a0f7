/** A portal's answer as it came, not yet understood. */
export type HttpAnswer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentEncoding: string | undefined;
  /** `undefined` where a 4xx or 5xx came without a body that could be read. */
  readonly body: Buffer | undefined;
};
