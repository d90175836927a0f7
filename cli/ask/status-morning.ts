import { DELETE_ONE, describeShadowed } from '../words/describe-shadowed.ts';
import type { Morning, PolicyLine, PolicyProblem } from '../words/morning.ts';
import { tellCount } from '../words/tell-count.ts';
import { tellAge, tellTime } from '../words/tell-time.ts';
import type { PolicyLook } from './read-statuses.ts';

/** The morning's question, answered by the last report of each policy. */
export function statusMorning(looks: readonly PolicyLook[], now: Date): Morning {
  const summaries = looks.flatMap(({ status }) => ('ageSeconds' in status ? [status] : []));
  const sum = (count: (look: PolicyLook) => number) => looks.reduce((all, look) => all + count(look), 0);
  return {
    portals: sum(({ portals }) => portals),
    unasked: sum(({ unasked }) => unasked),
    needs: looks.flatMap(({ needs }) => needs),
    when: whenOf(summaries),
    seenAt: summaries
      .map(({ startedAt }) => startedAt)
      .sort()
      .at(-1),
    problems: looks.flatMap(problemOf),
    warnings: looks.flatMap(({ warnings }) => warnings),
    policies: looks.map((look) => lineOf(look, now)),
  };
}

// --- internal ---

type Summary = Extract<PolicyLook['status'], { readonly ageSeconds: number }>;

/** `tick 2 h ago`; of reports that are not all as old, from when to when. */
function whenOf(summaries: readonly Summary[]): string | undefined {
  const ages = summaries.map(({ ageSeconds }) => ageSeconds).sort((one, other) => one - other);
  const [newest] = ages;
  const oldest = ages.at(-1);
  if (newest === undefined || oldest === undefined) return undefined;
  const kinds = new Set(summaries.map(kindOf));
  const [kind] = kinds;
  const what = kinds.size === 1 && kind !== undefined && KINDS.has(kind) ? kind : undefined;
  if (tellAge(newest) === tellAge(oldest)) return `${what ?? 'report'} ${tellAge(oldest)} ago`;
  return `${what ?? 'report'}s ${tellAge(newest)} to ${tellAge(oldest)} ago`;
}

/** Others are told as reports: what stands there is data. */
const KINDS: ReadonlySet<string> = new Set(['tick', 'upload', 'conflict']);

function kindOf({ trigger }: Summary): string | undefined {
  if (typeof trigger !== 'object' || trigger === null || !('kind' in trigger)) return undefined;
  return typeof trigger.kind === 'string' ? trigger.kind : undefined;
}

function problemOf({ status, needs }: PolicyLook): PolicyProblem[] {
  const { policy } = status;
  if (!('ageSeconds' in status)) {
    const { code, message } = status.error;
    return [{ policy, what: `${message} (${code})`, todo: 'the next tick writes a new one: start it now' }];
  }
  const errors = Array.isArray(status.errors) ? status.errors : [];
  if (errors.length > 0) {
    const [first] = errors;
    const what = `invalid, ${tellCount(errors.length, 'error')}: ${first?.line}:${first?.column}: ${first?.message}`;
    const todo = 'correct it and upload it again: until then its last valid version is kept up';
    return [{ policy, what, todo }];
  }
  const { error } = status;
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const code = 'code' in error ? ` (${error.code})` : '';
    return [
      {
        policy,
        what: `no portal was asked: ${error.message}${code}`,
        todo: 'see to that, then start a tick',
      },
    ];
  }
  const [second] = describeShadowed(status.file, status.shadowed);
  if (second !== undefined) return [{ policy, what: second, todo: DELETE_ONE }];
  if (status.ok || needs.length > 0) return [];
  return [{ policy, what: 'its report is not ok', todo: 'policy-sync status --verbose tells all of it' }];
}

function lineOf(look: PolicyLook, now: Date): PolicyLine {
  const { status, portals, needs } = look;
  const { policy } = status;
  const ok = status.ok && needs.length === 0 && problemOf(look).length === 0;
  if (!('ageSeconds' in status)) return { policy, ok, parts: ['no report that can be read'] };
  const { protection = {}, planned, gone, paused } = status;
  const verdicts = Object.entries(protection).map(([verdict, count]) => `${tellCount(count)} ${verdict}`);
  const parts = [
    `${ok ? 'ok' : 'not ok'}, ${tellCount(portals, 'portal')}${verdicts.length > 0 ? `: ${verdicts.join(', ')}` : ''}`,
    ...(planned > 0 ? [`${tellCount(planned)} differ and are not written`] : []),
    ...(gone === true ? ['the policy is gone from the bucket: its portals are left as they are'] : []),
    ...(paused === true ? ['the deployment is paused: nothing is written'] : []),
    `${kindOf(status) ?? 'report'} ${tellTime(status.startedAt, now)}`,
  ];
  return { policy, ok, parts };
}
