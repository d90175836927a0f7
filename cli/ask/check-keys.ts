import { printable } from '../../functions/model/printable.ts';
import type { Question } from '../request.ts';
import { type LoadedPolicy, loadPolicies } from '../sources/load-policies.ts';
import type { ExitCode } from '../terminal.ts';
import { progressBar } from '../words/progress-bar.ts';
import { tellCount } from '../words/tell-count.ts';
import { askKeys } from './ask-keys.ts';
import { findKeyTroubles } from './find-key-troubles.ts';
import { type KeyFinding, openKeyFindings } from './key-findings.ts';
import type { QuestionContext } from './question-context.ts';

/** Tells which keys are twice, malformed, unused or about to die. Writes nothing, and no key is told. */
export async function checkKeys(
  { keys: place, files, concurrency, json }: Question & { kind: 'keys'; act: 'check' },
  context: QuestionContext,
): Promise<ExitCode> {
  const { openAccess, openBucket, teams, clock, stop, out, err } = context;
  const policies = await loadPolicies(files, openBucket, teams());
  const invalid = policies.filter(({ reading }) => !reading.policy);
  const access = await openAccess(place, concurrency);
  const findings = openKeyFindings();
  let count = 0;
  try {
    for (const [area, ofArea] of byArea(place, policies)) {
      const keys = await findKeyTroubles(access.keysFor(area), ofArea, findings);
      count += keys.size;
      const bar = progressBar(err);
      const onAsked = (done: number) => bar.show(done, keys.size);
      const isStopped = () => stop.aborted;
      await askKeys({ keys, access, concurrency, now: clock.date(), isStopped, onAsked }, findings);
      bar.clear();
    }
  } finally {
    access.portals.close();
  }
  for (const { file } of invalid)
    err.write(
      `policy-sync: ${printable(file, 300)} is not valid, and counts as far as it can be read: policy-sync validate\n`,
    );
  const all = findings.all();
  const isOk = invalid.length === 0 && all.every(({ isNote }) => isNote);
  out.write(
    json ? `${JSON.stringify({ schema: 1, ok: isOk, keys: count, findings: all })}\n` : tell(all, count),
  );
  return isOk ? 0 : 1;
}

// --- internal ---

/** A key file is there for all policies; in AWS, each team's keys lie below its own prefix. */
function byArea(
  place: string,
  policies: readonly LoadedPolicy[],
): ReadonlyMap<string | undefined, readonly LoadedPolicy[]> {
  if (place !== 'aws' || policies.length === 0) return new Map([[undefined, policies]]);
  const areas = new Map<string | undefined, LoadedPolicy[]>();
  for (const policy of policies) areas.set(policy.area, [...(areas.get(policy.area) ?? []), policy]);
  return areas;
}

const MOST_NAMED = 20;

function tell(findings: readonly KeyFinding[], count: number): string {
  const lines = findings.map(({ code, message, portals }) => {
    const named = portals.slice(0, MOST_NAMED).join(', ');
    const more = portals.length > MOST_NAMED ? ` and ${tellCount(portals.length - MOST_NAMED)} more` : '';
    return `${code.padEnd(WIDEST)}  ${named === '' ? '' : `${named}${more}: `}${printable(message, 400)}\n`;
  });
  const isWrong = findings.some(({ isNote }) => !isNote);
  const end = `${tellCount(count, 'key')} can be used${isWrong ? '; what is told above needs you' : ''}.\n`;
  return `${lines.join('')}${lines.length > 0 ? '\n' : ''}${end}`;
}

const WIDEST = 'KEY_EXPIRES_SOON'.length;
