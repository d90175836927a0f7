import type { PolicyError, PolicyWarning } from '../model/finding.ts';
import type { Policy } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';
import { completeTargets, tooMuchText } from './reading/complete-targets.ts';
import { type CutPortal, cutBarePortals } from './reading/cut-bare-portals.ts';
import { decodeText } from './reading/decode-text.ts';
import { mapLines } from './reading/line-map.ts';
import { parseYaml } from './reading/parse-yaml.ts';
import { findWarnings } from './reading/policy-warnings.ts';
import { listProblems } from './reading/problem.ts';
import { EMPTY_LAYER } from './reading/read-layer.ts';
import { type PolicySheet, type PortalEntry, readSheet } from './reading/read-sheet.ts';
import { resolvePortals } from './reading/resolve-portals.ts';
import { findShownRanges } from './reading/shown-ranges.ts';
import { tellErrors, tellWarnings } from './reading/tell-problems.ts';

/** A policy, or every error of its file. Errors and warnings are sorted by position, a thousand of each at most. */
export type PolicyReading = {
  readonly warnings: readonly PolicyWarning[];
  /** The portals it names, as far as can be seen: an invalid policy still keeps others off its portals. */
  readonly claims: readonly string[];
} & (
  | { readonly policy: Policy; readonly errors: readonly [] }
  | { readonly policy: undefined; readonly errors: readonly PolicyError[] }
);

/** Reads a policy file. Pure, linear in its size, and never throws, whatever the bytes are. */
export function readPolicy(bytes: Uint8Array): PolicyReading {
  const decoded = decodeText(bytes);
  if ('problem' in decoded) {
    return { policy: undefined, errors: [fileError(decoded.problem)], warnings: [], claims: [] };
  }
  return readCut(decoded.text) ?? readText(decoded.text, []);
}

/** What is wrong with a file as a whole: it cannot be read, it is a folder. */
export function fileError(message: string): PolicyError {
  return { line: 1, column: 1, message: printable(message), excerpt: '', caret: 0 };
}

// --- internal ---

/** A policy of which there is nothing to tell; all else is told, with its places, of the whole text. */
function readCut(text: string): PolicyReading | undefined {
  const cut = cutBarePortals(text);
  if (!cut) return undefined;
  const reading = readText(cut.text, cut.portals);
  return reading.policy && reading.warnings.length === 0 ? reading : undefined;
}

/** @param cut the portals that were cut out of the text */
function readText(text: string, cut: readonly CutPortal[]): PolicyReading {
  const lines = mapLines(text);
  const file = parseYaml(text);
  const sheet = withPortals(readSheet(file, lines), cut);
  const claims = [...new Set(sheet.portals.map(({ name }) => name))];
  const resolved = resolvePortals(sheet);
  const whole = listProblems();
  const excess = tooMuchText(resolved);
  if (excess) whole.add(excess);

  const meaning = [...sheet.problems, ...resolved.problems, whole];
  const found = findWarnings(resolved.resolutions);
  const isValid = [...file.problems, ...meaning].every(({ kept }) => kept.length === 0);
  if (isValid && found.length === 0) {
    return { policy: policyOf(), errors: [], warnings: [], claims };
  }
  const isBroken = file.problems.some(({ kept }) => kept.some(({ kind }) => kind === 'structure'));
  const masked = { text, ranges: findShownRanges(file.root, file.aliases), isBroken };
  const warnings = tellWarnings(found, masked, lines);
  if (isValid) return { policy: policyOf(), errors: [], warnings, claims };
  return { policy: undefined, errors: tellErrors(file.problems, meaning, masked, lines), warnings, claims };

  function policyOf(): Policy {
    const { description, guard, approve } = sheet;
    return { description, guard, approve, targets: completeTargets(resolved) };
  }
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
