import { PortalError } from '../model/portal-error.ts';

/** What a portal answered in this run to a question that is asked once, or why it did not. */
export type Answer<T> = { readonly value: T } | { readonly error: PortalError };

/** What a portal says, or `undefined` where it does not: for what is no reason to give up the portal. */
export async function answerOf<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PortalError) return undefined;
    throw error;
  }
}
