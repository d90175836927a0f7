import type { CommandName, Question, Verb } from './request.ts';

export const RUN_VERBS: readonly Verb[] = ['validate', 'plan', 'apply', 'audit'];

/** What may be asked besides a run over policies. */
export const QUESTIONS: readonly Question['kind'][] = [
  'status',
  'why',
  'adopt',
  'report',
  'keys',
  'settings',
];

export const COMMANDS: readonly CommandName[] = [...RUN_VERBS, ...QUESTIONS, 'playground'];

export function isRunVerb(text: string): text is Verb {
  return (RUN_VERBS as readonly string[]).includes(text);
}

export function isQuestion(text: string): text is Question['kind'] {
  return (QUESTIONS as readonly string[]).includes(text);
}

export function isCommand(text: string): text is CommandName {
  return (COMMANDS as readonly string[]).includes(text);
}
