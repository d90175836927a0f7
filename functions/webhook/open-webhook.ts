import type { Channel } from '../model/ports/channel.ts';
import { NotSentError } from '../model/told-message.ts';
import { sendOnce } from './send-once.ts';
import { webhookPayload } from './webhook-payload.ts';
import { type AddressRules, parseAddress, parseWebhookSecret } from './webhook-secret.ts';

export type WebhookOptions = AddressRules & {
  /** Reads the secret, as it is now: an address may be changed at any time. */
  readonly readSecret: () => Promise<string>;
  /** Certificates (PEM) of CAs that are trusted instead of Node's own. */
  readonly ca?: readonly string[] | undefined;
};

/** A chat that messages are posted to. */
export function openWebhook({ readSecret, ca, ...rules }: WebhookOptions): Channel {
  return {
    name: 'webhook',
    send: async (message) => {
      const { url, format } = parseWebhookSecret(await readSecret(), rules);
      if (!url) throw new NotSentError('the webhook’s secret has no url');
      await sendOnce(url, {
        method: 'POST',
        body: webhookPayload(message, format),
        timeLimit: TIME_LIMIT,
        ca,
      });
    },
  };
}

/**
 * Says that a whole tick has ended.
 * @param address where to; `true`: where the webhook's secret says
 * @throws NotSentError
 */
export async function beat(
  address: string | true,
  { readSecret, ca, ...rules }: WebhookOptions,
): Promise<void> {
  const url =
    address === true
      ? parseWebhookSecret(await readSecret(), rules).heartbeat
      : parseAddress(address, 'the heartbeat’s address', rules);
  if (!url) throw new NotSentError('the webhook’s secret has no heartbeat');
  await sendOnce(url, { method: 'GET', timeLimit: TIME_LIMIT, ca });
}

// --- internal ---

/** Milliseconds. */
const TIME_LIMIT = 10_000;
