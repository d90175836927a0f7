import type { PolicyError } from '../../functions/model/finding.ts';
import { didYouMean } from '../../functions/model/near-name.ts';
import { printable } from '../../functions/model/printable.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import { explainPortal } from '../../functions/policy/explain-portal.ts';
import type { Explanation } from '../../functions/policy/explanation.ts';
import { findConflicts } from '../../functions/run/find-conflicts.ts';
import type { Question } from '../request.ts';
import { areaOf, type LoadedPolicy, loadPolicy } from '../sources/load-policies.ts';
import { openReports, type Reports } from '../sources/open-reports.ts';
import { type PolicySource, readPolicySource } from '../sources/read-policy-source.ts';
import { tellApart } from '../sources/tell-apart.ts';
import type { RunError } from '../terminal.ts';
import { type PortalHistory, readPortalHistory, type Standing } from './portal-history.ts';
import type { QuestionContext } from './question-context.ts';

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
  readonly standing?: Standing;
};

export type Answers = {
  /** One for each policy, in the order typed. */
  readonly answers: readonly PolicyAnswer[];
  /** What keeps the answers from being certain. */
  readonly error: RunError | undefined;
};

/** Asks each policy for the portal, and the reports, where they are wanted, for its last outcomes. */
export async function readAnswers(
  { portal, files, reports }: Question & { kind: 'why' },
  context: Pick<QuestionContext, 'openBucket' | 'teams'>,
  now: Date,
): Promise<Answers> {
  const { openBucket } = context;
  const reading = Promise.all(files.map((file) => readPolicySource(file, openBucket)));
  const sources = await reading.catch(orFailure);
  if (sources instanceof RunFailure) return { answers: [], error: errorOf(sources) };
  const names = sources.map(({ policy }) => policy);
  const loaded = tellApart(sources).map((source) => ({ source, policy: loadPolicy(source) }));
  const answers = loaded.map(({ source, policy }) => answerOf(source, policy, portal));
  const policies = loaded.map(({ policy }) => ({ ...policy, area: areaOf(policy.file, context.teams()) }));
  const error = problemOf(portal, policies);
  if (reports === undefined) return { answers, error };
  try {
    return {
      answers: await withHistory(answers, names, await openReports(reports, openBucket), {
        portal,
        now,
      }),
      error,
    };
  } catch (problem) {
    return { answers, error: error ?? errorOf(orFailure(problem)) };
  }
}

// --- internal ---

function orFailure(problem: unknown): RunFailure {
  if (problem instanceof RunFailure) return problem;
  throw problem;
}

function errorOf({ code, message }: RunFailure): RunError {
  return { code, message };
}

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
  const areas = new Set(policies.map(({ area }) => area));
  const within = (area: string | undefined) => claims.filter((_, index) => policies[index]?.area === area);
  const [conflict] = [...areas].flatMap((area) => findConflicts(within(area)).get(portal) ?? []);
  if (conflict) return { code: conflict.code, message: `the portal is ${conflict.message}` };
  const names = new Set(claims.flatMap(({ portals }) => portals));
  if (names.has(portal)) return undefined;
  const message = `no policy names the portal "${printable(portal, 70)}"${didYouMean(portal, names)}`;
  return { code: 'UNKNOWN_PORTAL', message };
}

/**
 * @param names the policies' own: the folders that tell two of them apart here may not be those of the bucket
 * @throws ReportsUnreadableError
 */
async function withHistory(
  answers: readonly PolicyAnswer[],
  names: readonly string[],
  reports: Reports,
  { portal, now }: { readonly portal: string; readonly now: Date },
): Promise<PolicyAnswer[]> {
  return Promise.all(
    answers.map(async (answer, index) => {
      if (!answer.explanation) return answer;
      const found =
        (await readPortalHistory(reports, answer.policy, portal, now)) ??
        (await readPortalHistory(reports, names[index] ?? answer.policy, portal, now));
      return {
        ...answer,
        history: found?.history ?? null,
        ...(found?.standing && { standing: found.standing }),
      };
    }),
  );
}
