import { groupNeeds } from './group-needs.ts';
import { markdownCell } from './markdown-cell.ts';
import { headlineOf, type Morning, unaskedNote } from './morning.ts';
import type { Need } from './portal-need.ts';
import { tellCount } from './tell-count.ts';
import { tellTime } from './tell-time.ts';

/**
 * The answer for a comment or a job's summary: the verdict, a table by kind, worst first, then a row for each portal as
 * long as there is room. Heads and counts are never left out.
 */
export function morningMarkdown(title: string, morning: Morning, now: Date): string {
  const { problems, needs, warnings, unasked, policies } = morning;
  const groups = groupNeeds(needs);
  const room = openRoom(MOST_TEXT);
  const lines: string[] = [];
  const add = (more: readonly string[]) => {
    for (const line of more) room.take(line);
    lines.push(...more);
  };
  add([`### ${title}: ${headlineOf(morning)}`, '']);
  if (unasked > 0) add([`${unaskedNote(unasked)}.`, '']);
  if (groups.length > 0) {
    add(['| portals | verdict | what to do |', '|---:|---|---|']);
    add(
      groups
        .slice(0, MOST_ROWS)
        .map(({ title: kind, todo, needs: { length } }) =>
          rowOf([tellCount(length), markdownCell(kind), todo]),
        ),
    );
    add([...moreOf(groups.length - MOST_ROWS, 'kind'), '']);
  }
  if (problems.length > 0) {
    add(['| policy | what is wrong | what to do |', '|---|---|---|']);
    add(
      problems
        .slice(0, MOST_ROWS)
        .map(({ policy, what, todo }) => rowOf([markdownCell(policy), markdownCell(what), todo])),
    );
    add([...moreOf(problems.length - MOST_ROWS, 'policy'), '']);
  }
  const ending = [
    ...warnings
      .slice(0, MOST_ROWS)
      .map(
        ({ code, message, portals }) =>
          `* ${tellCount(portals.length, 'portal')}: ${markdownCell(`${code}: ${message}`)}`,
      ),
    ...policies
      .slice(0, MOST_ROWS)
      .map(({ policy, parts }) => `* ${markdownCell(policy)}: ${markdownCell(parts.join('; '))}`),
    ...moreOf(policies.length - MOST_ROWS, 'policy'),
  ];
  for (const line of ending) room.take(line);
  lines.push(
    ...portalRows(
      groups.flatMap((group) => group.needs),
      now,
      room,
    ),
  );
  return `${[...lines, ...ending].join('\n')}\n`;
}

// --- internal ---

/** GitHub takes 65,536 characters for a comment; the rest is for what somebody puts around it. */
const MOST_TEXT = 60_000;
const MOST_ROWS = 20;

type Room = { take(line: string): boolean };

function openRoom(most: number): Room {
  let left = most;
  return {
    take: (line) => {
      left -= line.length + 1;
      return left >= 0;
    },
  };
}

function portalRows(needs: readonly Need[], now: Date, room: Room): string[] {
  if (needs.length === 0) return [];
  const head = ['| portal | policy | verdict | since | last archive | why |', '|---|---|---|---|---|---|'];
  for (const line of head) room.take(line);
  const rows = needs.map((need) => rowOf(cellsOf(need, now)));
  const told: string[] = [];
  for (const row of rows) {
    if (!room.take(row)) break;
    told.push(row);
  }
  return [...head, ...told, ...moreOf(needs.length - told.length, 'portal'), ''];
}

function cellsOf({ portal, policy, verdict, code, message, since, lastArchive }: Need, now: Date): string[] {
  return [
    markdownCell(portal),
    markdownCell(policy),
    verdict === undefined ? '' : markdownCell(verdict),
    since === undefined ? '' : tellTime(since, now),
    lastArchive === undefined ? '' : tellTime(lastArchive, now),
    code === undefined ? '' : markdownCell(message ? `${code}: ${message}` : code),
  ];
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function moreOf(count: number, noun: string): string[] {
  return count > 0 ? ['', `_And ${tellCount(count, noun)} more: run the command for all of them._`] : [];
}
