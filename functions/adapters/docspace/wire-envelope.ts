import * as z from 'zod/mini';

/** What every successful answer of this API is wrapped in. Nothing to tell: `response` is missing, and `count` is 0. */
export const AnswerEnvelope = z.object({
  response: z.optional(z.unknown()),
  statusCode: z.number(),
  count: z.optional(z.number()),
});
