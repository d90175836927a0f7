import { answerQuestion } from '../../../cli/ask/answer-question.ts';
import type { QuestionContext } from '../../../cli/ask/question-context.ts';
import type { Question } from '../../../cli/request.ts';

/** What stands on the screen after a question; no columns: a pipe. */
export async function screenOf(
  question: Question,
  { now, columns, useColours = false }: { now: Date; columns?: number; useColours?: boolean },
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const isTerminal = columns !== undefined;
  const nobody = () => {
    throw new Error('nobody is asked');
  };
  const context: QuestionContext = {
    out: { isTerminal, columns, write: (text) => (out += text) },
    err: { isTerminal, columns, write: (text) => (err += text) },
    useColours,
    stop: new AbortController().signal,
    clock: { now: () => now.getTime(), date: () => now, sleep: async () => {} },
    openBucket: nobody,
    openAccess: nobody,
    packKeys: nobody,
    teams: () => ({ teams: {}, secretsPrefix: 'docspace/portals/' }),
  };
  return { code: await answerQuestion(question, context), out, err };
}
