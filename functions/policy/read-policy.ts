import type { PolicyError, PolicyWarning } from '../model/finding.ts';
import { ENDLESS_ROOM, type MemoryRoom } from '../model/memory-room.ts';
import type { Policy } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import { holdsPortalKey } from '../model/secret-text.ts';
import { collectEarly } from './collect-early.ts';
import { completeSelectors, completeTargets, tooMuchText } from './reading/complete-targets.ts';
import { countPortals } from './reading/count-portals.ts';
import { type CutPortal, cutBarePortals } from './reading/cut-bare-portals.ts';
import { decodeText } from './reading/decode-text.ts';
import { mapLines } from './reading/line-map.ts';
import { parseYaml } from './reading/parse-yaml.ts';
import { findWarnings, type Warning } from './reading/policy-warnings.ts';
import { listProblems, moveProblems, type ProblemList } from './reading/problem.ts';
import { EMPTY_LAYER } from './reading/read-layer.ts';
import { type PolicySheet, type PortalEntry, readSheet } from './reading/read-sheet.ts';
import { resolvePortals } from './reading/resolve-portals.ts';
import { findPortalKeys, isAboutPortalKey } from './reading/secret-words.ts';
import { tellErrors, tellWarnings } from './reading/tell-problems.ts';
import { findTooManyPortals, findTooMuchText, mostTextUnits } from './reading/too-much.ts';

/** A policy, or every error of its file. Errors and warnings are sorted by position, a thousand of each at most. */
export type PolicyReading = {
  readonly warnings: readonly PolicyWarning[];
  /** The portals it names, as far as can be seen: an invalid policy still keeps others off its portals. */
  readonly claims: readonly string[];
} & (
  | { readonly policy: Policy; readonly errors: readonly [] }
  | { readonly policy: undefined; readonly errors: readonly PolicyError[] }
);

export type ReadOptions = {
  /**
   * Rules that are new in this edition only warn (NEW_RULE): for a tick, of a version that an earlier release has
   * applied. Nobody's fleet goes unwatched by an upgrade.
   */
  readonly isLenient?: boolean;
  /** Whether `approve` has no effect, since only others than the policy's writer approve: then it is warned of. */
  readonly ignoresApprove?: boolean;
  /** The memory that may be filled; without it there is no end. */
  readonly room?: MemoryRoom;
};

/** Reads a policy file. Pure, linear in its size, and never throws, whatever the bytes are. */
export function readPolicy(bytes: Uint8Array, options: ReadOptions = {}): PolicyReading {
  const how = { isLenient: false, ignoresApprove: false, room: ENDLESS_ROOM, ...options };
  const decoded = decodeText(bytes);
  if ('problem' in decoded) return unread(decoded.problem);
  const { text } = decoded;
  const portals = countPortals(text);
  collectEarly(portals);
  const tooMany = findTooManyPortals(portals, how.room);
  if (tooMany !== undefined) return unread(tooMany);
  return readCut(text, how) ?? unlessTooMuch(text, how.room) ?? readText(text, [], how);
}

/** What is wrong with a file as a whole: it cannot be read, it is a folder. */
export function fileError(message: string): PolicyError {
  return { line: 1, column: 1, message: printable(message), excerpt: '', caret: 0 };
}

// --- internal ---

/** A policy of which there is nothing to tell; all else is told, with its places, of the whole text. */
function readCut(text: string, how: How): PolicyReading | undefined {
  // A portal's key may stand in what would be cut out.
  const cut = holdsPortalKey(text) ? undefined : cutBarePortals(text);
  if (!cut) return undefined;
  const reading = unlessTooMuch(cut.text, how.room) ?? readText(cut.text, cut.portals, how);
  return reading.policy && reading.warnings.length === 0 ? reading : undefined;
}

/** Nothing is parsed of what the memory does not carry. */
function unlessTooMuch(text: string, room: MemoryRoom): PolicyReading | undefined {
  const problem = findTooMuchText(text, room);
  return problem === undefined ? undefined : unread(problem);
}

function unread(problem: string): PolicyReading {
  return { policy: undefined, errors: [fileError(problem)], warnings: [], claims: [] };
}

type How = Required<ReadOptions>;

/** @param cut the portals that were cut out of the text */
function readText(
  text: string,
  cut: readonly CutPortal[],
  { isLenient, ignoresApprove, room }: How,
): PolicyReading {
  const lines = mapLines(text);
  const file = parseYaml(text, isLenient);
  const sheet = withPortals(readSheet(file, file.text === text ? lines : mapLines(file.text)), cut);
  const tooMany = findTooManyPortals(sheet.portals.length, room);
  if (tooMany !== undefined) return unread(tooMany);
  const claims = claimsOf(sheet);
  const resolved = resolvePortals(sheet);
  const whole = listProblems();
  const excess = tooMuchText(resolved, mostTextUnits(room));
  if (excess) whole.add(excess);

  const keys = findPortalKeys(text);
  const found = moveProblems([...sheet.problems, ...resolved.problems, whole], file.before);
  const told = isLenient ? found : found.map((list) => without(list, keys, text));
  const errorsIn = (lists: readonly ProblemList[]) => (isLenient ? lists.map(withoutNew) : lists);
  const [syntax, meaning] = [errorsIn(file.problems), errorsIn([...told, keys])];
  const isValid = [...syntax, ...meaning].every(({ kept }) => kept.length === 0);
  const warned = [
    ...[...findWarnings(resolved.resolutions), ...(ignoresApprove ? ignored(sheet) : [])].map((warning) => ({
      ...warning,
      offset: file.before(warning.offset),
    })),
    ...(isLenient ? newRules([...file.problems, ...told, keys]) : []),
  ];
  if (isValid && warned.length === 0) {
    return { policy: policyOf(), errors: [], warnings: [], claims };
  }
  const isBroken = file.problems.some(({ kept }) => kept.some(({ kind }) => kind === 'structure'));
  const masked = { text, ranges: file.shown(), isBroken };
  const warnings = tellWarnings(warned, masked, lines);
  if (isValid) return { policy: policyOf(), errors: [], warnings, claims };
  return { policy: undefined, errors: tellErrors(syntax, meaning, masked, lines, file), warnings, claims };

  function policyOf(): Policy {
    const { description, guard, approve } = sheet;
    const selectors = completeSelectors(resolved, (offset) => lines.positionOf(file.before(offset)).line);
    return { description, guard, approve: approve?.value, targets: completeTargets(resolved), selectors };
  }
}

function ignored({ approve }: PolicySheet): Warning[] {
  if (!approve) return [];
  const message =
    'approve has no effect: in this deployment only an object approvals/<policy>/<digest> lets a set of changes through';
  return [{ offset: approve.offset, code: 'APPROVE_IGNORED', message }];
}

function claimsOf({ portals }: PolicySheet): string[] {
  const names = new Set(portals.map(({ name }) => name));
  return [...names].filter((name) => !holdsPortalKey(name));
}

/** One slip is one error: what is said of a value is left out where it is a portal's key that stands there. */
function without(list: ProblemList, keys: ProblemList, text: string): ProblemList {
  if (keys.kept.length === 0) return list;
  return { ...list, kept: list.kept.filter((problem) => !isAboutPortalKey(problem, keys, text)) };
}

function withoutNew(list: ProblemList): ProblemList {
  return { ...list, kept: list.kept.filter(({ isNew }) => !isNew) };
}

function newRules(lists: readonly ProblemList[]): Warning[] {
  return lists
    .flatMap(({ kept }) => kept)
    .filter(({ isNew }) => isNew)
    .map(({ offset, message }) => ({ offset, code: 'NEW_RULE', message }));
}

/** The portals of both, in the file's order. That one stands in both is a problem, whatever its words. */
function withPortals(sheet: PolicySheet, cut: readonly CutPortal[]): PolicySheet {
  if (cut.length === 0) return sheet;
  const problems = listProblems();
  const names = new Set(cut.map(({ name }) => name));
  for (const { name, offset } of sheet.portals)
    if (names.has(name)) problems.add({ offset, kind: 'shape', message: 'it stands here twice' });
  const portals: PortalEntry[] = [];
  let next = 0;
  const take = (before: number) => {
    for (let one = cut[next]; one && one.offset <= before; one = cut[++next])
      portals.push({ ...one, layer: EMPTY_LAYER });
  };
  for (const portal of sheet.portals) {
    take(portal.offset);
    portals.push(portal);
  }
  take(Number.POSITIVE_INFINITY);
  return { ...sheet, portals, problems: [...sheet.problems, problems] };
}
