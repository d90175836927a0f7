import { printable } from '../../functions/model/printable.ts';
import { describeNames, describeNeeds, type Layout, PIPE_COLUMNS } from './describe-needs.ts';
import { fillLines, fillText } from './fill-lines.ts';
import { headlineOf, type Morning, type PolicyLine, unaskedNote } from './morning.ts';
import { tellCount } from './tell-count.ts';

/** The answer for people: how many need them, then who and why, then what is worth knowing, then a line a policy. */
export function describeMorning(morning: Morning, layout: Omit<Layout, 'seenAt'>): string[] {
  const { problems, needs, warnings, unasked, policies, seenAt } = morning;
  const { paint, isVerbose } = layout;
  const columns = layout.columns ?? Number.POSITIVE_INFINITY;
  const isWell = problems.length === 0 && needs.length === 0;
  const headline = headlineOf(morning);
  const told = isVerbose ? problems : problems.slice(0, MOST_PROBLEMS);
  const groups = isVerbose ? warnings : warnings.slice(0, MOST_WARNINGS);
  return [
    paint.bold(isWell ? paint.green(headline) : paint.red(headline)),
    ...(unasked > 0 ? fillText(unaskedNote(unasked), { columns, first: '  ', indent: 2 }) : []),
    ...(told.length > 0 ? [''] : []),
    ...told.flatMap(({ policy, what, todo }) => [
      ...fillText(printable(what, 300), { columns, first: `${printable(policy, 70)}: `, indent: 2 }),
      ...fillText(printable(todo, 300), { columns, first: '  to do: ', indent: 9 }),
    ]),
    ...moreOf(problems.length - told.length, 'policy'),
    ...describeNeeds(needs, { ...layout, seenAt }),
    ...(groups.length > 0 ? ['', 'worth knowing'] : []),
    ...groups.flatMap(({ code, message, portals }) => [
      ...fillText(printable(message, 300), { columns, first: `  ${paint.yellow(code)}: `, indent: 4 }),
      ...describeNames(
        portals.map((portal) => printable(portal, 70)),
        `    ${tellCount(portals.length, 'portal')}: `,
        layout.columns ?? PIPE_COLUMNS,
        isVerbose ? Number.POSITIVE_INFINITY : 2,
      ),
    ]),
    ...moreOf(warnings.length - groups.length, 'warning'),
    ...describePolicies(policies, layout),
  ];
}

// --- internal ---

const MOST_PROBLEMS = 10;
const MOST_WARNINGS = 5;
const MOST_POLICIES = 10;

function describePolicies(
  policies: readonly PolicyLine[],
  { columns = Number.POSITIVE_INFINITY, paint, isVerbose }: Omit<Layout, 'seenAt'>,
): string[] {
  // Those that are not ok first: these are what somebody looks for.
  const sorted = [...policies.filter(({ ok }) => !ok), ...policies.filter(({ ok }) => ok)];
  const told = isVerbose || sorted.length <= MOST_POLICIES ? policies : sorted.slice(0, MOST_POLICIES);
  return [
    ...(told.length > 0 ? [''] : []),
    ...told.flatMap(({ policy, parts }) =>
      fillLines(
        parts.map((part) => printable(part, 200)),
        { columns, first: `${printable(policy, 70)}: `, indent: 2, between: '; ' },
      ).map(paint.dim),
    ),
    ...moreOf(policies.length - told.length, 'policy'),
  ];
}

function moreOf(count: number, noun: string): string[] {
  return count > 0
    ? [`and ${tellCount(count)} more ${tellCount(count, noun).replace(/^\S+ /, '')}: --verbose tells all`]
    : [];
}
