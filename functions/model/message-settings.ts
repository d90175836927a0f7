import { type DigestTime, parseDigestTime } from './digest-time.ts';
import { hostPatternProblem, isLoopbackLiteral } from './host-rules.ts';

/** Where and when people are told what happens to their portals. */
export type MessageSettings = {
  readonly topicArn: string | undefined;
  /** Name of the secret with the address of a webhook. */
  readonly webhookSecret: string | undefined;
  readonly webhookHosts: readonly string[];
  readonly digest: DigestTime | undefined;
  /** An address, or `true`: the webhook's secret has it. */
  readonly heartbeat: string | true | undefined;
};

/** What is wrong with an address for heartbeats; `undefined`: nothing. */
export function heartbeatProblem(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLocal = url?.protocol === 'http:' && isLoopbackLiteral(url.hostname);
  if (url && (url.protocol === 'https:' || isLocal) && url.username === '' && url.password === '') {
    return undefined;
  }
  return 'is no https address';
}

/**
 * Reads the environment's `MESSAGES`: JSON, or nothing.
 * @param wrong takes what is wrong with it
 */
export function readMessageSettings(text: string | undefined, wrong: string[]): MessageSettings | undefined {
  if (text === undefined || text === '') return undefined;
  const given = parseObject(text);
  if (!given) wrong.push('MESSAGES must be a JSON object');
  const { topicArn, webhookSecret, webhookHosts = [], digest, heartbeat } = given ?? {};
  const textOf = (name: string, value: unknown) => {
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    wrong.push(`MESSAGES: ${name} must be a text`);
    return undefined;
  };
  const hosts = Array.isArray(webhookHosts) ? webhookHosts.map(String) : [];
  if (!Array.isArray(webhookHosts) || hosts.some((host) => hostPatternProblem(host) !== undefined)) {
    wrong.push('MESSAGES: webhookHosts must be a list of hosts');
  }
  const digestText = textOf('digest', digest);
  const digestTime = digestText === undefined ? undefined : parseDigestTime(digestText);
  if (digestText !== undefined && !digestTime) {
    wrong.push('MESSAGES: digest must be a weekday and a time, such as Monday 08:00');
  }
  return {
    topicArn: textOf('topicArn', topicArn),
    webhookSecret: textOf('webhookSecret', webhookSecret),
    webhookHosts: hosts,
    digest: digestTime,
    heartbeat: readHeartbeat(heartbeat, wrong),
  };
}

// --- internal ---

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function readHeartbeat(value: unknown, wrong: string[]): string | true | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return true;
  if (typeof value === 'string' && heartbeatProblem(value) === undefined) return value;
  wrong.push('MESSAGES: heartbeat must be an https address, true or false');
  return undefined;
}
