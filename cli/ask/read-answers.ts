import type { PolicyError } from '../../functions/model/finding.ts';
import { didYouMean } from '../../functions/model/near-name.ts';
import { printable } from '../../functions/model/printable.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import { explainPortal, explainSelected } from '../../functions/policy/explain-portal.ts';
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
  const isNamed = loaded.some(({ policy }) => policy.reading.claims.includes(portal));
  const answers = loaded.map(({ source, policy }) => answerOf(source, policy, portal, isNamed));
  const policies = loaded.map(({ policy }) => ({ ...policy, area: areaOf(policy.file, context.teams()) }));
  const error = problemOf(portal, policies);
  const certain = (told: readonly PolicyAnswer[]) => error ?? unlessSelected(portal, told, policies, isNamed);
  if (reports === undefined) return { answers, error: certain(answers) };
  try {
    const told = await withHistory(answers, names, await openReports(reports, openBucket), { portal, now });
    const selected = isNamed
      ? told
      : told.map((answer, index) => asReported(answer, loaded[index]?.source, portal));
    return { answers: selected, error: certain(selected) };
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
  isNamed: boolean,
): PolicyAnswer {
  const { policy, file, version } = loaded;
  const bytes = 'bytes' in content && reading.policy ? content.bytes : undefined;
  const explanation =
    bytes && (isNamed ? explainPortal(bytes, portal) : explainSelected(bytes, portal, undefined));
  return { policy, file, version, errors: reading.errors, ...(explanation && { explanation }) };
}

/** Of selectors whose names fit, the last report says which one it was. */
function asReported(answer: PolicyAnswer, source: PolicySource | undefined, portal: string): PolicyAnswer {
  const line = answer.history?.selected?.line;
  if (!answer.explanation || line === undefined || !source || !('bytes' in source.content)) return answer;
  return {
    ...answer,
    explanation: explainSelected(source.content.bytes, portal, line) ?? answer.explanation,
  };
}

/** A portal that nobody names is one of a policy only where it has a key, and the tags that go with it. */
function unlessSelected(
  portal: string,
  answers: readonly PolicyAnswer[],
  policies: readonly LoadedPolicy[],
  isNamed: boolean,
): RunError | undefined {
  if (isNamed) return undefined;
  const selecting = answers.filter(({ explanation }) => explanation?.selected !== undefined);
  if (selecting.some(({ history }) => history?.selected)) return undefined;
  const [first] = selecting;
  const name = `the portal "${printable(portal, 70)}"`;
  if (!first?.explanation?.selected) {
    const names = policies.flatMap(({ reading }) => reading.claims);
    return {
      code: 'UNKNOWN_PORTAL',
      message: `no policy names ${name}${didYouMean(portal, names)}`,
    };
  }
  const { line, ifTags } = first.explanation.selected;
  const tags = Object.entries(ifTags ?? {}).map(([tag, value]) => printable(`${tag}: ${value}`, 100));
  const having = tags.length > 0 ? ` with ${tags.join(', ')}` : '';
  const message = `no policy names ${name}: line ${line} of ${printable(first.file)} selects it if it has a key${having}; ${sayReported(first.history)}`;
  return { code: 'UNKNOWN_PORTAL', message };
}

/** What reports say of a portal that no selector is known to have. */
function sayReported(history: PortalHistory | null | undefined): string {
  if (history === undefined) return '--reports PLACE tells';
  return history && history.outcomes.length > 0 ? 'by the last report it does not' : 'no report speaks of it';
}

/** An invalid policy claims its portals all the same. */
function problemOf(portal: string, policies: readonly LoadedPolicy[]): RunError | undefined {
  const claims = policies.map(({ policy, reading }) => ({ policy, portals: reading.claims }));
  const areas = new Set(policies.map(({ area }) => area));
  const within = (area: string | undefined) => claims.filter((_, index) => policies[index]?.area === area);
  const [conflict] = [...areas].flatMap((area) => findConflicts(within(area)).get(portal) ?? []);
  if (conflict) return { code: conflict.code, message: `the portal is ${conflict.message}` };
  return undefined;
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
