import { countText } from '../../model/count-text.ts';
import { HOUR } from '../../model/durations.ts';
import { minuteText } from '../../model/minute-text.ts';
import { printable } from '../../model/printable.ts';
import type { ToldMessage } from '../../model/told-message.ts';
import { type Batch, type NewsGroup, spanOf } from './batch.ts';
import type { Digest } from './digest.ts';
import { EVENTS, type EventCounts, type ToldEvent } from './events.ts';

export type MessageFacts = {
  /** The deployment's name: who has several tells them apart by it. */
  readonly deployment: string;
  readonly page: string;
  readonly now: Date;
  /** How many portals and policies are in trouble now. */
  readonly inTrouble: number;
};

/** A batch in words: numbers first, then names, then where the page is. Names and texts are data. */
export function composeMessage(
  batch: Batch,
  { deployment, page, now, inTrouble }: MessageFacts,
): ToldMessage {
  const { counts, groups, digest, at } = batch;
  const summary = countsInWords(counts);
  const head = summary === '' ? 'The week' : summary;
  const need = inTrouble === 0 ? 'Nothing needs you now' : `${countText(inTrouble)} in trouble now`;
  const lines = EVENTS.flatMap((event) => eventLines(event, counts[event] ?? 0, groups));
  const late = now.getTime() - Date.parse(at);
  return {
    subject: subjectOf(deployment, digest && summary !== '' ? `${summary}; the week` : head),
    headline: `${head}. ${need}.`,
    lines: shortened([
      ...(late > LATE ? [`This comes late, by ${spanOf(late)}: it could not be sent before.`, ''] : []),
      ...lines,
      ...(digest ? digestLines(digest, now) : []),
    ]),
    page: `The page: ${page}`,
  };
}

/** Where people look at the page: its address in the console, or in S3 where no console is known. */
export function pageAddress(bucket: string, key: string, region: string | undefined): string {
  const isKnown = region !== undefined && /^(?!cn-|us-gov-|us-iso)[a-z]{2}-[a-z]+-\d$/.test(region);
  if (!isKnown) return `s3://${bucket}/${key}`;
  return `https://${region}.console.aws.amazon.com/s3/object/${bucket}?region=${region}&prefix=${key}`;
}

// --- internal ---

/** Later than this is late; milliseconds. */
const LATE = HOUR;

/** SNS takes no longer subject, and nothing but ASCII in it. */
const MOST_SUBJECT = 100;

/** Bytes: a mailbox's patience ends long before SNS's 256 KiB. */
const MOST_BYTES = 32 * 1024;

const MOST_POLICY = 100;

/** One, and many. */
const WORDS: Readonly<Record<ToldEvent, readonly [string, string]>> = {
  FAILED: ['failed', 'failed'],
  BAD: ['without a good backup', 'without a good backup'],
  HELD: ['held', 'held'],
  CONTESTED: ['contested', 'contested'],
  INVALID: ['policy invalid', 'policies invalid'],
  KEY_EXPIRES_SOON: ['key expires soon', 'keys expire soon'],
  REPAIRED: ['repaired', 'repaired'],
  RECOVERED: ['recovered', 'recovered'],
};

function countsInWords(counts: EventCounts): string {
  return EVENTS.flatMap((event) => {
    const count = counts[event] ?? 0;
    return count > 0 ? [`${countText(count)} ${WORDS[event][count === 1 ? 0 : 1]}`] : [];
  }).join(', ');
}

function subjectOf(deployment: string, summary: string): string {
  const subject = `policy-sync ${deployment.slice(0, 40)}: ${summary}`.replace(/[^\x20-\x7e]/g, '?');
  return subject.length <= MOST_SUBJECT ? subject : `${subject.slice(0, MOST_SUBJECT - 3)}...`;
}

function eventLines(event: ToldEvent, count: number, groups: readonly NewsGroup[]): string[] {
  if (count === 0) return [];
  const shown = groups.filter((group) => group.event === event);
  const left = count - shown.reduce((sum, group) => sum + group.count, 0);
  return [
    `${event} ${countText(count)}`,
    ...shown.flatMap(groupLines),
    ...(left > 0 ? [`  and ${countText(left)} more`] : []),
    '',
  ];
}

function groupLines({ policy, own, label, text, count, portals }: NewsGroup): string[] {
  const name = printable(policy, MOST_POLICY);
  const names = own ? '' : `: ${namesOf(portals, count)}`;
  const line = `  ${own ? 'policy ' : ''}${name}, ${printable(label, MOST_LABEL)}${names}`;
  return text === '' ? [line] : [line, `    ${printable(text, MOST_TEXT)}`];
}

const MOST_LABEL = 200;
const MOST_TEXT = 500;

function namesOf(portals: readonly string[], count: number): string {
  const names = portals.map((portal) => printable(portal, 80)).join(', ');
  const left = count - portals.length;
  return left > 0 ? `${names} and ${countText(left)} more` : names;
}

function digestLines(digest: Digest, now: Date): string[] {
  const { since, policies, portals, verdicts, told, inTrouble, longest } = digest;
  const start = since === null ? '' : ` since ${minuteText(since)}`;
  const counted = Object.entries(verdicts)
    .sort(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${countText(count)} ${printable(verdict, 40)}`);
  const left = inTrouble - longest.length;
  return [
    `THE WEEK${start}`,
    `  ${countText(portals)} portals in ${countText(policies)} ${policies === 1 ? 'policy' : 'policies'}: ${counted.join(', ') || 'none'}`,
    `  told: ${countsInWords(told) || 'nothing'}`,
    ...(longest.length > 0 ? ['  in trouble, the longest first:'] : []),
    ...longest.map(({ trouble, policy, portal, since: begun }) => {
      const who = portal === null ? 'the policy' : printable(portal, 80);
      const span = spanOf(Math.max(0, now.getTime() - Date.parse(begun)));
      return `    ${who} (${printable(policy, MOST_POLICY)}), ${trouble} for ${span}`;
    }),
    ...(left > 0 ? [`    and ${countText(left)} more`] : []),
    '',
  ];
}

/** Without the last ones, where there are more than anybody reads; the end of it is no empty line. */
function shortened(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) {
      kept.push(`... and ${countText(lines.length - kept.length)} more lines: see the page`);
      break;
    }
    kept.push(line);
  }
  while (kept.at(-1) === '') kept.pop();
  return kept;
}
