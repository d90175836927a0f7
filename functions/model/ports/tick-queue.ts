import type { PageMessage, PolicyMessage } from '../tick-event.ts';

export type QueueMessage = PolicyMessage | PageMessage;

/** A message that the queue has not taken, and why: a code of the queue's, or the name of an error. */
export type Unsent = { readonly message: QueueMessage; readonly code: string };

/** The queue from which the function takes what a tick has put there, one message a run. */
export type TickQueue = {
  /**
   * Sends messages, the first ones first; all of them, also where one could not be sent.
   * @param delaySeconds before anybody can take them; 900 at most
   * @returns what was not taken. One whose answer was lost is among them, and may be there all the same.
   */
  send(messages: readonly QueueMessage[], delaySeconds?: number): Promise<readonly Unsent[]>;
};
