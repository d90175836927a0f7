import type { Clock } from '../../functions/model/ports/clock.ts';
import type { ExitCode, Output } from '../run/reporter.ts';
import type { Access } from '../run/run-command.ts';
import { adoptFleet } from './adopt-fleet.ts';
import { explainWhy } from './explain-why.ts';
import type { Question } from './parse-question.ts';
import { showStatus } from './show-status.ts';

/** What an answer needs of the world. */
export type QuestionContext = {
  readonly out: Output;
  readonly err: Output;
  readonly useColours: boolean;
  readonly clock: Clock;
  /** Once aborted, no new portal is asked. */
  readonly stop: AbortSignal;
  /** @throws KeysUnreadableError, SettingsError */
  readonly accessTo: (keys: string) => Promise<Access>;
};

/** Answers what was asked, and gives the exit code. */
export function answerQuestion(question: Question, context: QuestionContext): Promise<ExitCode> {
  switch (question.kind) {
    case 'status':
      return showStatus(question, context);
    case 'why':
      return explainWhy(question, context);
    case 'adopt':
      return adoptFleet(question, context);
  }
}
