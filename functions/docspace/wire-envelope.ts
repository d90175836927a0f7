import * as z from 'zod/mini';

/** What every successful answer of this API is wrapped in, opened. */
export type Envelope =
  | {
      /** `undefined` or null where the answer holds nothing. */
      readonly response: unknown;
      /** It holds nothing, and says so: both marks are wanted, since a host may answer `{}` to everything. */
      readonly isEmpty: boolean;
    }
  | { readonly foreign: string };

/** Opens the whole body of an answer, already parsed as JSON. Never throws. */
export function openEnvelope(body: unknown): Envelope {
  if (!isObject(body)) return NOT_WRAPPED;
  const { response, statusCode, count } = body;
  if (typeof statusCode !== 'number' || (count !== undefined && typeof count !== 'number'))
    return NOT_WRAPPED;
  if (statusCode !== 200) return { foreign: 'its statusCode is not 200' };
  return { response, isEmpty: count === 0 && (response === undefined || response === null) };
}

/** What an answer says, or why it is not one of this API. */
export type Said<T> = { readonly value: T } | { readonly foreign: string };

/**
 * What the response of a whole body is, by a schema. Never throws.
 * @param nothing what an answer that says that it holds nothing means; without it, such an answer is foreign
 */
export function unwrap<T>(body: unknown, schema: z.core.$ZodType<T>, ...nothing: readonly T[]): Said<T> {
  const envelope = openEnvelope(body);
  if ('foreign' in envelope) return envelope;
  const { response, isEmpty } = envelope;
  if (isEmpty && nothing.length > 0) return { value: nothing[0] as T };
  if (response === undefined || response === null) return { foreign: 'it holds no response' };
  const parsed = z.safeParse(schema, response);
  return parsed.success ? { value: parsed.data } : { foreign: 'its response is not of this API' };
}

/** Whether a value of an answer is an object, no list, no null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// --- internal ---

const NOT_WRAPPED: Envelope = { foreign: 'it is not wrapped as this API wraps answers' };
