import { Token } from 'aws-cdk-lib';
import { parseDigestTime } from '../functions/model/digest-time.ts';
import { isTooWideHost } from '../functions/model/host-rules.ts';
import { heartbeatProblem } from '../functions/model/message-settings.ts';
import { readList, readObject, readText, show } from './read-setting.ts';
import { checkHost } from './setting-rules.ts';

/** Where the deployment tells people of what happens to their portals. */
export type MessageSettings = {
  /** A topic that messages are published to; with a key of your own, that is `topicKmsKey`. */
  readonly topicArn?: string;
  /**
   * Name of the secret that holds the address of a webhook: the address alone, or
   * `{"url": "https://...", "format": "slack" | "teams", "heartbeat": "https://..."}`.
   */
  readonly webhookSecret?: string;
  /** Hosts that the address may have. */
  readonly webhookHosts?: readonly string[];
  /** When all of a week is told at once: a weekday and a time in UTC. */
  readonly digest?: string;
  /** The https address that a GET goes to after each whole tick; `true`: the webhook's secret has it. */
  readonly heartbeat?: string | boolean;
};

export function readMessages(value: unknown): MessageSettings {
  const given = readObject(value, '{"topicArn": "arn:aws:sns:...", "digest": "Monday 08:00"}');
  const checked = Object.entries(given).map(([name, each]) => {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof MessageSettings] : undefined;
    if (!check) throw new Error(`it has no member ${name}; there are ${Object.keys(CHECKS).join(', ')}`);
    return [name, check(each)];
  });
  const settings: MessageSettings = Object.fromEntries(checked);
  if (settings.webhookSecret !== undefined && settings.webhookHosts === undefined) {
    throw new Error('webhookSecret needs webhookHosts: the hosts that its address may have');
  }
  return settings;
}

// --- internal ---

const CHECKS: { readonly [Name in keyof Required<MessageSettings>]: (value: unknown) => unknown } = {
  topicArn: (value) =>
    matching(readText(value), /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/, 'ARN of a topic'),
  webhookSecret: (value) => matching(readText(value), /^[\w/+=.@-]{1,512}$/, 'name of a secret'),
  webhookHosts: (value) => readList(value, checkWebhookHost, 'at least one host'),
  digest: (value) => {
    const text = readText(value);
    if (parseDigestTime(text)) return text;
    throw new Error(`${show(text)} is no weekday and time such as "Monday 08:00"`);
  },
  heartbeat: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' && heartbeatProblem(value) === undefined) return value;
    const inSecret = 'where the webhook’s secret is to have it as "heartbeat", give true or false';
    throw new Error(`heartbeat is ${show(value)}; give an https address, or ${inSecret}`);
  },
};

function matching(text: string, form: RegExp, what: string): string {
  if (Token.isUnresolved(text) || form.test(text)) return text;
  throw new Error(`${show(text)} is no ${what}`);
}

function checkWebhookHost(host: string): string {
  const checked = checkHost(host);
  if (!isTooWideHost(checked)) return checked;
  throw new Error(`${show(host)} takes in names that anybody can have; give narrower hosts`);
}
