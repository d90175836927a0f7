import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Colours } from '../words/colours.ts';
import { describeOutcome } from '../words/describe-outcome.ts';
import type { Playground, PlaygroundRun } from './open-world.ts';

/** What stands there when it is open: what to type, and where. */
export function tellOpening({ portals, keys, policy }: Playground, folder: string): string {
  const file = `${folder}/${policy}`;
  const withKeys = `${file} --keys ${folder}/${keys}`;
  const commands = [
    [`plan ${withKeys}`, 'what would change'],
    [`apply ${withKeys}`, 'make it so; then plan says unchanged'],
    [`audit ${withKeys}`, 'who is protected'],
    [`adopt --keys ${folder}/${keys}`, 'a policy from what they hold now'],
    [`why globex ${file} --reports ${folder}`, 'where each field comes from'],
  ].map(([command = '', what = '']) => `  npx policy-sync ${command.padEnd(64)}  ${what}`);
  return [
    `${portals.length} portals on this machine: ${portals.join(', ')}.`,
    `Their keys are in ${folder}/${keys}, what they are to be in ${file}: change it as you like.`,
    ...(keys === 'keys.yaml' ? [] : [`${folder}/keys.yaml is yours by now: it stays as it is.`]),
    '',
    'In another terminal, in this folder:',
    ...commands,
    '',
    HELP,
  ].join('\n');
}

export const HELP = `Here:
  break acme      somebody changes its schedule by hand
  delete globex   its schedule is gone
  tick            the function's turn: uploads the policy if you changed it, repairs, looks for archives, reports
  pass 3d         three days go by on the portals; then tick (12h, 2w)
  help, quit      Ctrl-C ends it, too

To try: break acme and tick, and again: the fourth time nobody repairs it any more. backupsStored: 3 in the policy and tick:
a guard holds what weakens. pass 3d and tick: who has backups, and who has not.
`;

/** What a run of the function came to. Whom it needs, the status says. */
export function tellRun({ trigger, failure, errors, portals }: PlaygroundRun, paint: Colours): string {
  const made = portals.filter(({ status, action }) => status === 'done' && action !== 'none');
  const unchanged = portals.filter(({ status, action }) => status === 'done' && action === 'none').length;
  const rest = portals.length - made.length - unchanged;
  return [
    paint.bold(trigger === 'upload' ? 'The policy is uploaded' : 'The tick'),
    ...errors.map(({ line, column, message }) => `  fleet.yaml:${line}:${column}: ${message}`),
    ...made.map((outcome) => describeOutcome(withoutDetails(outcome), paint)),
    ...(failure === undefined ? [] : [`  ${paint.red('the run failed')}: ${failure}`]),
    `  ${[`${made.length} changed`, `${unchanged} unchanged`, ...(rest > 0 ? [`${rest} not done`] : [])].join(', ')}`,
    '',
  ].join('\n');
}

// --- internal ---

/** What is new there, or gone, is the policy's own text: only what differed is worth a line. */
function withoutDetails({ protection, firstRun, ...outcome }: PortalOutcome): PortalOutcome {
  return { ...outcome, warnings: [], changes: outcome.action === 'update' ? outcome.changes : [] };
}
