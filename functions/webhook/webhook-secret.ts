import { isLoopbackLiteral, matchesHost } from '../model/host-rules.ts';
import { NotSentError } from '../model/told-message.ts';

/** What a webhook's secret says: an address alone, or JSON with one. */
export type WebhookSecret = {
  readonly url: URL | undefined;
  /** How its messages look; where nobody says, the host tells. */
  readonly format: WebhookFormat;
  /** Where a sign of life goes after each whole tick. */
  readonly heartbeat: URL | undefined;
};

export type WebhookFormat = 'slack' | 'teams';

export type AddressRules = {
  /** Hosts that it may have. */
  readonly hosts: readonly string[];
  /** Plain http is taken for loopback addresses: for tests alone. */
  readonly insecureLoopback: boolean;
};

/**
 * @throws NotSentError that shows no word of the secret, where it is none, or the address is not allowed
 */
export function parseWebhookSecret(text: string, rules: AddressRules): WebhookSecret {
  const { url, format, heartbeat } = membersOf(text.replace(/^\ufeff/, '').trim());
  if (format !== undefined && format !== 'slack' && format !== 'teams') {
    throw new NotSentError('the webhook’s secret has a format that is neither slack nor teams');
  }
  const address = url === undefined ? undefined : parseAddress(url, 'the webhook’s address', rules);
  if (address && !rules.hosts.some((pattern) => matchesHost(address.hostname, pattern))) {
    throw new NotSentError('the host of the webhook’s address is not among webhookHosts');
  }
  return {
    url: address,
    format: format ?? (address && isTeams(address.hostname) ? 'teams' : 'slack'),
    heartbeat:
      heartbeat === undefined ? undefined : parseAddress(heartbeat, 'the heartbeat’s address', rules),
  };
}

/**
 * An https address without user and password.
 * @param what it is, for the error
 * @throws NotSentError
 */
export function parseAddress(
  text: unknown,
  what: string,
  { insecureLoopback }: Pick<AddressRules, 'insecureLoopback'>,
): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username !== '' || url.password !== '') {
    throw new NotSentError(`${what} is no https address`);
  }
  const isLocal = url.protocol === 'http:' && insecureLoopback && isLoopbackLiteral(url.hostname);
  if (url.protocol === 'https:' || isLocal) return url;
  throw new NotSentError(`${what} is no https address`);
}

// --- internal ---

function membersOf(text: string): {
  readonly url?: unknown;
  readonly format?: unknown;
  readonly heartbeat?: unknown;
} {
  if (!text.startsWith('{')) return { url: text };
  try {
    const { url, format, heartbeat }: Record<string, unknown> = JSON.parse(text);
    return { url, format, heartbeat };
  } catch {
    throw new NotSentError('the webhook’s secret is no address, and no JSON with a url');
  }
}

/** Connectors, and workflows of Power Automate. */
const TEAMS = ['*.webhook.office.com', '*.logic.azure.com', '*.powerplatform.com'];

function isTeams(host: string): boolean {
  return TEAMS.some((pattern) => matchesHost(host, pattern));
}
