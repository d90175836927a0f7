import type { PolicyError } from '../../functions/model/finding.ts';
import { didYouMean } from '../../functions/model/near-name.ts';
import { printable } from '../../functions/model/printable.ts';
import { type Explanation, explainPortal } from '../../functions/policy/explain-portal.ts';
import { findConflicts } from '../../functions/run/find-conflicts.ts';
import { type LoadedPolicy, loadPolicy } from '../run/load-policies.ts';
import { type PolicySource, readPolicySource } from '../run/read-policy-source.ts';
import type { ExitCode, RunError } from '../run/reporter.ts';
import { colours } from '../words/colours.ts';
import { describeFinding } from '../words/describe-finding.ts';
import { describeWhy } from '../words/describe-why.ts';
import type { QuestionContext } from './answer-question.ts';
import { openReports, ReportsUnreadableError } from './open-reports.ts';
import type { Question } from './parse-question.ts';
import { type PortalHistory, readPortalHistory } from './portal-history.ts';

/** What one policy says of the portal. */
export type PolicyAnswer = {
  readonly policy: string;
  /** As typed. */
  readonly file: string;
  readonly version: string | null;
  readonly errors: readonly PolicyError[];
  /** Not there where the policy does not name the portal, or is invalid. */
  readonly explanation?: Explanation;
  /** null: no report of the policy speaks of the portal; not there where none was asked for. */
  readonly history?: PortalHistory | null;
};

/** Explains one portal's schedule. The exit code is 1 where it is not certain: no policy, two policies, an invalid one. */
export async function explainWhy(
  question: Question & { kind: 'why' },
  context: QuestionContext,
): Promise<ExitCode> {
  const { portal, files, reports, json } = question;
  const { out, err, useColours } = context;
  const sources = await Promise.all(files.map(readPolicySource));
  const loaded = sources.map((source) => ({ source, policy: loadPolicy(source) }));
  const policies = loaded.map(({ policy }) => policy);
  let answers = loaded.map(({ source, policy }) => answerOf(source, policy, portal));
  let error = problemOf(portal, policies);
  try {
    if (reports !== undefined) answers = await withHistory(answers, reports, portal);
  } catch (problem) {
    if (!(problem instanceof ReportsUnreadableError)) throw problem;
    error ??= { code: problem.code, message: problem.message };
  }

  const ok = error === undefined && answers.every(({ errors }) => errors.length === 0);
  if (json) {
    const told = answers
      .filter(({ explanation, errors }) => explanation || errors.length > 0)
      .map(({ explanation, errors, ...rest }) => ({
        ...rest,
        errors: errors.map(({ line, column, message }) => ({ line, column, message })),
        ...explanation,
      }));
    out.write(
      `${JSON.stringify({ schema: 1, mode: 'why', portal, policies: told, ok, ...(error && { error }) })}\n`,
    );
    return ok ? 0 : 1;
  }
  const paint = colours(useColours && out.isTerminal);
  for (const { file, errors } of answers)
    for (const finding of errors) out.write(`${describeFinding(file, finding, paint)}\n`);
  for (const answer of answers)
    if (answer.explanation) out.write(`${describeWhy(portal, answer, answer.explanation, paint)}\n`);
  if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
  return ok ? 0 : 1;
}

// --- internal ---

function answerOf(
  { content }: PolicySource,
  { reading, ...loaded }: LoadedPolicy,
  portal: string,
): PolicyAnswer {
  const { policy, file, version } = loaded;
  const isNamed = 'bytes' in content && reading.policy && reading.claims.includes(portal);
  const explanation = isNamed ? explainPortal(content.bytes, portal) : undefined;
  return { policy, file, version, errors: reading.errors, ...(explanation && { explanation }) };
}

/** An invalid policy claims its portals all the same. */
function problemOf(portal: string, policies: readonly LoadedPolicy[]): RunError | undefined {
  const claims = policies.map(({ policy, reading }) => ({ policy, portals: reading.claims }));
  const conflict = findConflicts(claims).get(portal);
  if (conflict) return { code: conflict.code, message: `the portal is ${conflict.message}` };
  const names = new Set(claims.flatMap(({ portals }) => portals));
  if (names.has(portal)) return undefined;
  const message = `no policy names the portal "${printable(portal, 70)}"${didYouMean(portal, names)}`;
  return { code: 'UNKNOWN_PORTAL', message };
}

/** @throws ReportsUnreadableError */
async function withHistory(
  answers: readonly PolicyAnswer[],
  place: string,
  portal: string,
): Promise<PolicyAnswer[]> {
  const reports = await openReports(place);
  return Promise.all(
    answers.map(async (answer) => {
      if (!answer.explanation) return answer;
      return { ...answer, history: (await readPortalHistory(reports, answer.policy, portal)) ?? null };
    }),
  );
}
