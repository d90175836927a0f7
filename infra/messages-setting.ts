import { Token } from 'aws-cdk-lib';
import { isTooWideHost } from '../functions/model/host-rules.ts';
import { readList, readObject, readText, show } from './read-setting.ts';
import { checkHost } from './setting-rules.ts';

/** Where the deployment tells people of what happens to their portals. */
export type MessageSettings = {
  /** A topic that messages are published to. */
  readonly topicArn?: string;
  /** Name of the secret that holds the address of a webhook. */
  readonly webhookSecret?: string;
  /** Hosts that the address may have. */
  readonly webhookHosts?: readonly string[];
  /** When all of a week is told at once: a weekday and a time in UTC. */
  readonly digest?: string;
  /** Whether each tick says that it was there. */
  readonly heartbeat?: boolean;
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
  digest: (value) =>
    matching(
      readText(value),
      /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day ([01]\d|2[0-3]):[0-5]\d$/,
      'weekday and time such as "Monday 08:00"',
    ),
  heartbeat: (value) => {
    if (typeof value === 'boolean') return value;
    throw new Error(`heartbeat is ${show(value)}; give true or false`);
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
