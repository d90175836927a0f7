import { printable } from '../../functions/model/printable.ts';
import type { Colours } from '../words/colours.ts';
import { describeFindings } from '../words/describe-findings.ts';
import { describeExceeded } from '../words/describe-guard.ts';
import { describeSelected } from '../words/describe-selected.ts';
import { summaryOf } from '../words/summarise-policy.ts';
import { tellCount } from '../words/tell-count.ts';
import { type Width, wrapText } from '../words/wrap-text.ts';
import { describeDeeds, describeHarm, describeVerdicts } from './describe-deeds.ts';
import { countOrName, describeGroup, type Layout, messageText, names } from './describe-group.ts';
import type { Account, PolicyAccount, SharedWarning } from './gather-account.ts';
import type { Group } from './group-outcomes.ts';

/**
 * An answer on a screen: what is wrong with the files, what needs somebody, what changes, what to beware of, and how
 * much of everything there is. Two thousand portals with one kind of change take less than a screen.
 */
export function composeScreen(account: Account, width: Width, paint: Colours): string {
  const { groups, policies } = account;
  const layout: Layout = { width, paint, policies: policies.map(({ loaded }) => loaded.policy) };
  const needs = groups.filter(({ kind }) => kind.section === 'needs');
  const blocks = [
    titleOf(account, paint),
    fileErrors(account, paint),
    section('Needs you:', [...guardLines(account, layout), ...describeAll(needs, layout)], paint),
    changesSection(account, layout),
    fileWarnings(account, paint),
    section(
      'Warnings:',
      account.warnings.map((warning) => describeShared(warning, changedPortals(account), layout)),
      paint,
    ),
    counts(account, layout),
  ];
  // Findings alone are one list, with how many there are at its end.
  const gap = groups.length > 0 ? '\n\n' : '\n';
  return `${blocks.filter((block) => block !== '').join(gap)}\n`;
}

/** The changes that are not made yet, worst first, for whoever has to decide. */
export function composeChanges(groups: readonly Group[], layout: Layout): string {
  return describeAll(groups, layout).join('\n');
}

// --- internal ---

const MARGIN = '      ';
/** Policies with nothing to tell are told one by one up to so many. */
const MOST_QUIET = 20;

function titleOf({ policies, groups }: Account, paint: Colours): string {
  const [only] = policies;
  if (groups.length === 0 || !only) return '';
  if (policies.length > 1) return paint.bold(`${tellCount(policies.length)} policies`);
  return paint.bold(`${printable(only.loaded.policy)} (${printable(only.loaded.file)})`);
}

function section(title: string, lines: readonly string[], paint: Colours): string {
  return lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n');
}

function fileErrors({ policies }: Account, paint: Colours): string {
  return policies
    .flatMap(({ loaded: { file, reading } }) => describeFindings(file, reading.errors, paint))
    .join('\n');
}

function fileWarnings({ policies }: Account, paint: Colours): string {
  return policies
    .flatMap(({ loaded: { file, reading } }) => describeFindings(file, reading.warnings, paint))
    .join('\n');
}

/** Which guards hold back, whatever else is told of the portals. */
function guardLines({ policies }: Account, { width, paint }: Layout): string[] {
  return policies.flatMap(({ loaded, guard }) => {
    if (!guard || guard.isLetThrough) return [];
    const policy = policies.length > 1 ? `${printable(loaded.policy, 60)}: ` : '';
    return describeExceeded(guard).map((line) => paint.yellow(wrapText(`  ${policy}${line}`, width, MARGIN)));
  });
}

function describeAll(groups: readonly Group[], layout: Layout): string[] {
  return groups.map((group) => describeGroup(group, layout));
}

/** What stays as it is follows what changes: one line, of however many portals. */
function changesSection({ groups }: Account, layout: Layout): string {
  const changes = groups.filter(({ kind }) => kind.section === 'changes');
  const rest = groups.filter(({ kind }) => kind.section === 'rest');
  const lines = [...describeAll(changes, layout), ...describeAll(rest, layout)];
  return changes.length > 0 ? section('Changes:', lines, layout.paint) : lines.join('\n');
}

/** Of the rule the names are known; of an exception they are what matters. */
function describeShared({ code, message, members }: SharedWarning, changed: number, layout: Layout): string {
  const { width, paint } = layout;
  const who = countOrName(members, layout);
  const line = wrapText(`  ${paint.yellow(code)}: ${who}: ${messageText(message)}`, width, MARGIN);
  const isException = members.length > 1 && members.length < changed && members.length <= FEW;
  return isException ? `${line}\n${paint.dim(names(members, layout, 1))}` : line;
}

function changedPortals({ groups }: Account): number {
  return groups.reduce((sum, { sample, members }) => sum + (sample.effect ? members.length : 0), 0);
}

const FEW = 20;

function counts(account: Account, layout: Layout): string {
  const { policies, verb } = account;
  const told = policies.filter((policy) => !isQuiet(policy) || policies.length <= MOST_QUIET);
  const quiet = policies.length - told.length;
  const lines = told.flatMap((policy) => countsOf(policy, account, layout));
  const portals = policies.reduce((sum, { portals: number }) => sum + number, 0);
  const all =
    policies.length > 1 && policies.length > told.length ? `, ${tellCount(portals, 'portal')} in all` : '';
  const rest = `and ${tellCount(quiet)} policies ${verb === 'validate' ? 'that are valid' : 'with nothing to change'}${all}`;
  return [...lines, ...(quiet > 0 ? [layout.paint.bold(rest)] : [])].join('\n');
}

function isQuiet({ loaded, tally }: PolicyAccount): boolean {
  if (describeSelected(loaded).length > 0) return false;
  return loaded.reading.errors.length === 0 && [...tally.keys()].every((word) => word === 'unchanged');
}

function countsOf(policy: PolicyAccount, { verb, policies }: Account, { width, paint }: Layout): string[] {
  const { loaded, portals, tally } = policy;
  const summary = summaryOf(loaded, portals, tally, verb);
  const paintLine = loaded.reading.errors.length > 0 ? paint.red : paint.bold;
  const deeds = describeDeeds(policy, verb);
  const margin = policies.length > 1 ? '  ' : '';
  const wrapped = (line: string) => wrapText(`${margin}${line}`, width, `${margin}  `);
  const harm = describeHarm(policy);
  const protection = describeVerdicts(policy);
  return [
    ...(summary ? [paintLine(wrapText(summary, width, '  '))] : []),
    ...describeSelected(loaded).map((line) => wrapText(`${margin}  ${line}`, width, `${margin}    `)),
    ...(harm ? [wrapped(harm)] : []),
    ...(deeds ? [(policy.deeds.holds.size > 0 ? paint.yellow : paint.bold)(wrapped(deeds))] : []),
    ...(protection ? [`  ${protection}`] : []),
  ];
}
