import type { ToldMessage } from '../told-message.ts';

/** A way to tell people something. What could not be told one way is kept for that way, and for no other. */
export type Channel = {
  readonly name: ChannelName;
  /** @throws NotSentError where it was not taken, or nobody knows */
  send(message: ToldMessage): Promise<void>;
};

export const CHANNELS = ['topic', 'webhook'] as const;
export type ChannelName = (typeof CHANNELS)[number];
