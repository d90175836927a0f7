import { VERDICTS } from '../../functions/model/protection.ts';
import type { Verb } from '../request.ts';
import { describeWay } from '../words/describe-guard.ts';
import { tellCount } from '../words/tell-count.ts';
import type { PolicyAccount } from './gather-account.ts';

/**
 * What apply would do, or did, with the portals that differ:
 * `apply writes 300, holds 1,700 (maxWeaken lets 200 through; to let them through: approve: ...)`.
 * `undefined` where nothing differs.
 */
export function describeDeeds({ deeds, guard }: PolicyAccount, verb: Verb): string | undefined {
  const { writes, holds, watches } = deeds;
  if (verb === 'validate' || verb === 'audit') return undefined;
  const held = [...holds.values()].reduce((sum, number) => sum + number, 0);
  if (writes + held + watches === 0) return undefined;
  const [write, hold, watch] =
    verb === 'plan' ? ['apply writes', 'holds', 'only watches'] : ['wrote', 'held', 'only watched'];
  const why = [
    ...(guard && !guard.isLetThrough ? [describeWay(guard)] : []),
    ...[...holds]
      .filter(([code]) => code !== 'GUARDED' || !guard)
      .map(([code, number]) => `${tellCount(number)} ${code}`),
  ];
  const approved = guard?.isLetThrough ? ` (${describeWay(guard)})` : '';
  return [
    `${write} ${tellCount(writes)}${approved}`,
    ...(held > 0 ? [`${hold} ${tellCount(held)}${why.length > 0 ? ` (${why.join('; ')})` : ''}`] : []),
    ...(watches > 0 ? [`${watch} ${tellCount(watches)} (mode: detect)`] : []),
  ].join(', ');
}

/** `of the changes 3,000 may start a backup at once, 25 lose archives`; `undefined` where none does. */
export function describeHarm({ deeds: { startNow, lose, mayLose } }: PolicyAccount): string | undefined {
  const parts = [
    ...(startNow > 0 ? [`${tellCount(startNow)} may start a backup at once`] : []),
    ...(lose > 0 ? [`${tellCount(lose)} ${lose === 1 ? 'loses' : 'lose'} archives`] : []),
    ...(mayLose > 0 ? [`${tellCount(mayLose)} may lose archives`] : []),
  ];
  return parts.length > 0 ? `of the changes ${parts.join(', ')}` : undefined;
}

/** `protection: 3 proven, 1 late`; `undefined` where nobody asked. */
export function describeVerdicts({ verdicts }: PolicyAccount): string | undefined {
  if (verdicts.size === 0) return undefined;
  const parts = VERDICTS.filter((verdict) => verdicts.has(verdict)).map(
    (verdict) => `${tellCount(verdicts.get(verdict) ?? 0)} ${verdict}`,
  );
  return `protection: ${parts.join(', ')}`;
}
