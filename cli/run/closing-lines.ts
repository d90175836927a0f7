import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Verb } from '../request.ts';
import type { Output } from '../terminal.ts';
import type { Colours } from '../words/colours.ts';
import { tellDuration } from '../words/tell-duration.ts';
import { describeLoad } from './hour-load.ts';
import type { RunResult, RunStart } from './reporter.ts';

/** What an answer to people ends with: how long it took, and what to type next. The run's own error goes to `err`. */
export function closingLines(err: Output, paint: Colours) {
  let run: RunStart = { verb: 'plan', startedAt: new Date(0), portals: 0 };
  let isForApply = false;
  return {
    begin: (start: RunStart) => {
      run = start;
    },
    verb: (): Verb => run.verb,
    outcome: ({ status, mode, held }: PortalOutcome) => {
      isForApply ||= status === 'planned' && mode !== 'detect' && !held;
    },
    end: ({ finishedAt, exitCode, error, load }: RunResult): string => {
      if (error) {
        err.write(`policy-sync: ${error.message} (${error.code})\n`);
        return '';
      }
      const next = exitCode === 2 ? [run.verb === 'plan' && isForApply ? MAKE_IT_SO : DETECTED] : [];
      const took = tellDuration(finishedAt.getTime() - run.startedAt.getTime());
      const spread = load?.isWorthTelling ? [describeLoad(load)] : [];
      const lines = [...spread, ...(run.portals > 0 ? [paint.dim(took)] : []), ...next];
      return lines.map((line) => `${line}\n`).join('');
    },
  };
}

// --- internal ---

const MAKE_IT_SO = 'Nothing was written. To make it so: policy-sync apply, with the same arguments.';
const DETECTED = 'Nothing was written where the mode is detect: these portals differ from their policy.';
