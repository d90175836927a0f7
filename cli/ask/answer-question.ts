import type { Question } from '../request.ts';
import type { ExitCode } from '../terminal.ts';
import { adoptFleet } from './adopt-fleet.ts';
import { checkKeys } from './check-keys.ts';
import { explainWhy } from './explain-why.ts';
import { packKeyFile } from './pack-key-file.ts';
import type { QuestionContext } from './question-context.ts';
import { reportFleet } from './report-fleet.ts';
import { showStatus } from './show-status.ts';
import { tellSettings } from './tell-settings.ts';

/** Answers what was asked, and gives the exit code. */
export function answerQuestion(question: Question, context: QuestionContext): Promise<ExitCode> {
  switch (question.kind) {
    case 'status':
      return showStatus(question, context);
    case 'why':
      return explainWhy(question, context);
    case 'report':
      return reportFleet(question, context);
    case 'settings':
      return tellSettings(question, context);
    case 'adopt':
      return adoptFleet(question, context);
    case 'keys':
      return question.act === 'pack' ? packKeyFile(question, context) : checkKeys(question, context);
  }
}
