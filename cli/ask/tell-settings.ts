import { readFile } from 'node:fs/promises';
import type { Question } from '../request.ts';
import type { ExitCode } from '../terminal.ts';
import type { QuestionContext } from './question-context.ts';
import { settingsLines, WrongSettingsError } from './settings-lines.ts';

/** Checks a deployment's settings and prints them as variables; nothing of them where one is wrong. */
export async function tellSettings(
  { file, under }: Question & { kind: 'settings' },
  { out, err }: Pick<QuestionContext, 'out' | 'err'>,
): Promise<ExitCode> {
  try {
    const lines = settingsLines(await readFile(file, 'utf8'), under);
    out.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    if (error instanceof WrongSettingsError) {
      for (const fault of error.faults) err.write(`policy-sync: ${file}: ${fault}\n`);
      return 1;
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    err.write(`policy-sync: ${file} can't be read (${code})\n`);
    return 1;
  }
}
