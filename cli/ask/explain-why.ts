import type { Question } from '../request.ts';
import type { ExitCode } from '../terminal.ts';
import { colours } from '../words/colours.ts';
import { describeFinding } from '../words/describe-finding.ts';
import { needEntry } from '../words/portal-need.ts';
import { describeWhy } from './describe-why.ts';
import type { Standing } from './portal-history.ts';
import type { QuestionContext } from './question-context.ts';
import { type PolicyAnswer, readAnswers } from './read-answers.ts';

/**
 * Explains one portal's schedule. The exit code is 1 where it is not certain: no policy, two policies, an invalid one,
 * two spellings of one.
 */
export async function explainWhy(
  question: Question & { kind: 'why' },
  context: QuestionContext,
): Promise<ExitCode> {
  const { portal, json } = question;
  const { out, err, useColours } = context;
  const now = context.clock.date();
  const { answers, error } = await readAnswers(question, context, now);
  const isCertain = ({ errors, history }: PolicyAnswer) =>
    errors.length === 0 && history?.shadowed === undefined;
  const ok = error === undefined && answers.every(isCertain);
  if (json) {
    const told = answers
      .filter(({ explanation, errors }) => explanation || errors.length > 0)
      .map(({ explanation, errors, standing, ...rest }) => ({
        ...rest,
        ...(standing && { standing: standingEntry(standing, now) }),
        errors: errors.map(({ line, column, message }) => ({ line, column, message })),
        ...explanation,
      }));
    out.write(
      `${JSON.stringify({ schema: 1, mode: 'why', portal, policies: told, ok, ...(error && { error }) })}\n`,
    );
    return ok ? 0 : 1;
  }
  const paint = colours(useColours);
  for (const { file, errors } of answers)
    for (const finding of errors) out.write(`${describeFinding(file, finding, paint)}\n`);
  for (const answer of answers)
    if (answer.explanation)
      out.write(`${describeWhy(portal, answer, answer.explanation, { now, paint, columns: out.columns })}\n`);
  if (error) err.write(`policy-sync: ${error.message} (${error.code})\n`);
  return ok ? 0 : 1;
}

// --- internal ---

function standingEntry({ need, ...standing }: Standing, now: Date): object {
  return { ...standing, need: need && needEntry(need, now) };
}
