import { printable } from '../../functions/model/printable.ts';
import type { Counts } from '../../functions/report/summarise-report.ts';
import type { Colours } from '../words/colours.ts';
import { DELETE_ONE, describeShadowed } from '../words/describe-shadowed.ts';
import { tellTime } from '../words/tell-time.ts';
import type { PolicyStatus } from './read-statuses.ts';

/** A policy's last report for people: a head, when and what, and a line for each thing that is wrong. */
export function describeStatus(status: PolicyStatus, now: Date, paint: Colours): string {
  const name = paint.bold(printable(status.policy));
  if (!('ageSeconds' in status)) {
    const { code, message } = status.error;
    return `${name}  ${paint.red(`${printable(message)} (${code})`)}`;
  }
  const verdict = status.ok ? paint.green('ok') : paint.red('not ok');
  const lines = [
    ...marksOf(status).map((mark) => paint.yellow(mark)),
    whenOf(status, now),
    totalsOf(status),
    ...(['protection', 'effect', 'drift'] as const).flatMap((what) => countsOf(what, status[what])),
    ...errorsOf(status).map((error) => `${paint.red('invalid')} ${error}`),
    ...status.failed.map(
      ({ portal, status: word, code, message }) =>
        `${paint.red(printable(word, 20))} ${printable(portal, 70)}  ${printable(code, 40)}: ${printable(message, 300)}`,
    ),
    ...(status.failedNotShown > 0 ? [`and ${status.failedNotShown} more`] : []),
  ];
  return [`${name}  ${verdict}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

// --- internal ---

type Summary = Extract<PolicyStatus, { readonly ageSeconds: number }>;

const MOST_ERRORS = 5;

function marksOf({ gone, paused, file, shadowed }: Summary): string[] {
  return [
    ...describeShadowed(file, shadowed).map((line) => `${line}: ${DELETE_ONE}`),
    ...(gone === true ? ['the policy is gone from the bucket: its portals are left as they are'] : []),
    ...(paused === true ? ['the deployment is paused: nothing is written'] : []),
  ];
}

function whenOf({ startedAt, mode, trigger, version, attempt }: Summary, now: Date): string {
  const kind =
    typeof trigger === 'object' && trigger !== null && 'kind' in trigger ? trigger.kind : undefined;
  const parts = [
    tellTime(startedAt, now),
    ...(typeof mode === 'string' ? [mode] : []),
    ...(typeof kind === 'string' ? [`by ${kind}`] : []),
    ...(typeof version === 'string' ? [`version ${version}`] : []),
    ...(typeof attempt === 'number' && attempt > 1 ? [`attempt ${attempt}`] : []),
  ];
  return printable(parts.join(', '), 300);
}

function totalsOf({ totals, planned }: Summary): string {
  const counts = Object.entries(typeof totals === 'object' && totals !== null ? totals : {});
  const portals = counts.find(([name]) => name === 'portals')?.[1] ?? 0;
  const parts = counts
    .filter(([name, count]) => name !== 'portals' && typeof count === 'number' && count > 0)
    .map(([name, count]) => `${count} ${name === 'none' ? 'unchanged' : name}`);
  const unwritten = planned > 0 ? ` (${planned} of these only planned)` : '';
  return printable(`${portals} portals${parts.length > 0 ? `: ${parts.join(', ')}` : ''}${unwritten}`);
}

function countsOf(what: string, counts: Counts | undefined): string[] {
  if (!counts) return [];
  const parts = Object.entries(counts).map(([word, count]) => `${count} ${word}`);
  return [printable(`${what}: ${parts.join(', ')}`)];
}

function errorsOf({ errors }: Summary): string[] {
  if (!Array.isArray(errors)) return [];
  const told = errors
    .slice(0, MOST_ERRORS)
    .map((error) => printable(`${error?.line}:${error?.column}: ${error?.message}`, 300));
  const more = errors.length - told.length;
  return more > 0 ? [...told, `and ${more} more errors`] : told;
}
