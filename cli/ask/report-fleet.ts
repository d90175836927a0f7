import { writeFile } from 'node:fs/promises';
import { latestReportKey, REPORTS } from '../../functions/model/policy-ref.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import { gatherPage } from '../../functions/report/page/gather-page.ts';
import { headline } from '../../functions/report/page/needs.ts';
import { writePage } from '../../functions/report/page/write-page.ts';
import { writeToday } from '../../functions/report/page/write-today.ts';
import type { Question } from '../request.ts';
import { openReports } from '../sources/open-reports.ts';
import type { ExitCode } from '../terminal.ts';
import type { QuestionContext } from './question-context.ts';

/**
 * Writes the page of a fleet into a file, or says the same in words. The exit code is 1 where there is no report, or the
 * file can't be written.
 */
export async function reportFleet(
  { place, file, markdown }: Question & { kind: 'report' },
  { out, err, clock, openBucket }: QuestionContext,
): Promise<ExitCode> {
  const fail = (message: string, code: string): ExitCode => {
    err.write(`policy-sync: ${message} (${code})\n`);
    return 1;
  };
  try {
    const reports = await openReports(place, openBucket);
    const policies = (await reports.list(REPORTS)).flatMap((key) => namesIn(key));
    if (policies.length === 0) return fail('no policy has a report there', 'NO_REPORTS');
    const data = await gatherPage(policies, reports.page, clock.date());
    if (markdown) {
      out.write(writeToday(data));
      return 0;
    }
    await writeFile(file, writePage(data));
    out.write(`${headline(data)}: ${file}\n`);
    return 0;
  } catch (problem) {
    if (problem instanceof RunFailure) return fail(problem.message, problem.code);
    const { code } = problem as NodeJS.ErrnoException;
    if (code === undefined) throw problem;
    return fail(`${file} can't be written`, code);
  }
}

// --- internal ---

/** The policy whose newest report a key is. */
function namesIn(key: string): string[] {
  const name = key.slice(REPORTS.length, -'/latest.json'.length);
  return latestReportKey(name) === key ? [name] : [];
}
