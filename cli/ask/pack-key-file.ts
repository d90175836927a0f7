import { GROUPS } from '../../functions/model/key-groups.ts';
import type { PackedGroup, PackedKeys } from '../../functions/model/ports/key-packer.ts';
import type { Question } from '../request.ts';
import type { ExitCode } from '../terminal.ts';
import { tellCount } from '../words/tell-count.ts';
import type { QuestionContext } from './question-context.ts';

/** Writes a key file as groups into a folder, and the commands that store them to stdout: a script, without a key. */
export async function packKeyFile(
  { keys, folder }: Question & { kind: 'keys'; act: 'pack' },
  { packKeys, teams, out }: QuestionContext,
): Promise<ExitCode> {
  const { secretsPrefix } = teams();
  const packed = await packKeys(keys, folder);
  out.write(
    [...tellWhole(packed), ...packed.groups.flatMap((group) => tellGroup(group, secretsPrefix))].join(''),
  );
  return 0;
}

// --- internal ---

function tellWhole({ portals, groups, dropped, moved }: PackedKeys): string[] {
  const open = groups.filter(({ state }) => state !== 'same').length;
  const lines = [
    `# ${tellCount(portals, 'key')} in ${tellCount(groups.length, 'group')}: ${open === 0 ? 'none has' : `${tellCount(open)} ${open === 1 ? 'has' : 'have'}`} to be stored.\n`,
    '# Keep the folder, where nobody else can read it: by it, the next pack leaves every portal in its group.\n',
  ];
  if (dropped.length > 0) lines.push(`# No longer in the key file, and taken out: ${someOf(dropped)}.\n`);
  if (moved.length > 0)
    lines.push(
      `# In another group than before, since their entries grew: ${someOf(moved)}. Until both groups are stored, they have no key.\n`,
    );
  if (groups.some(({ state }) => state === 'new'))
    lines.push(
      '# For a group that is stored already: put-secret-value --secret-id, in place of create-secret --name.\n',
    );
  return lines;
}

function tellGroup({ name, file, portals, bytes, state }: PackedGroup, prefix: string): string[] {
  const what = `${tellCount(portals, 'key')}, ${tellCount(bytes)} of 65,536 bytes`;
  if (state === 'same') return [`# ${name} is as it was (${what}).\n`];
  const secret = quote(prefix + GROUPS + name);
  const call = state === 'new' ? `create-secret --name ${secret}` : `put-secret-value --secret-id ${secret}`;
  return [`# ${name}: ${what}\n`, `aws secretsmanager ${call} --secret-string ${quote(`file://${file}`)}\n`];
}

/** For a shell. */
function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

const MOST_NAMED = 20;

function someOf(portals: readonly string[]): string {
  const more = portals.length > MOST_NAMED ? ` and ${tellCount(portals.length - MOST_NAMED)} more` : '';
  return portals.slice(0, MOST_NAMED).join(', ') + more;
}
