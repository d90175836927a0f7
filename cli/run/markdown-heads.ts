import { GAPS } from '../../functions/fleet/judge-changes.ts';
import type { RunError } from '../terminal.ts';
import { wayThrough } from '../words/describe-guard.ts';
import { tellCount } from '../words/tell-count.ts';
import { markdownCode, type Room } from './compose-markdown.ts';
import { changesText, ownMessage } from './describe-group.ts';
import type { Account, PolicyAccount } from './gather-account.ts';
import type { Group, Member } from './group-outcomes.ts';
import { wordOfChange } from './kind-of-outcome.ts';

/**
 * What decides, before all details: guards with their digests, a table by kind, worst first, and each removal by name.
 * Where the room is too small for all, names and lines are cut, and it says how many.
 */
export function markdownHeads(
  account: Account,
  error: RunError | undefined,
  room: number,
  sizeOf: Room['sizeOf'],
): string {
  const why = error ? [markdownCode(`${error.code}: ${error.message}`)] : [];
  const guards = guardLines(account.policies, room / 2, sizeOf);
  const table = tableOf(account);
  const before = sizeOf([...why, ...guards, ...table].join('\n'));
  const removals = removalLines(account, room - before - 200, sizeOf);
  return [why, guards, table, removals]
    .filter((part) => part.length > 0)
    .map((part) => `${part.join('\n')}\n\n`)
    .join('');
}

// --- internal ---

const MOST_ROWS = 16;
const MOST_NAMES = 5;

/** In full, or in short where there are hundreds; never without the digest of those that are told. */
function guardLines(policies: readonly PolicyAccount[], room: number, sizeOf: Room['sizeOf']): string[] {
  const told = policies.flatMap(({ loaded, guard, deeds }) => {
    if (!guard) return [];
    const policy = markdownCode(loaded.policy, 100);
    const gap = guard.approval && GAPS[guard.approval];
    const over = guard.exceeded.map(
      (one) => `${one.guard} lets ${tellCount(one.limit)} through, ${tellCount(one.count)} are planned`,
    );
    const way = guard.isLetThrough
      ? `approved: ${markdownCode(guard.digest)}`
      : `none of the ${tellCount(deeds.holds.get('GUARDED') ?? 0)} held changes is written; to let exactly these through: ${markdownCode(wayThrough(guard))}${gap ? ` (${gap})` : ''}`;
    const word = guard.isLetThrough ? 'over a guard' : 'GUARDED';
    return [
      {
        full: `* ${policy} ${word}: ${over.join('; ')}; ${way}`,
        short: `* ${policy} ${word}: ${markdownCode(wayThrough(guard))}`,
      },
    ];
  });
  const full = told.map((line) => line.full);
  if (sizeOf(full.join('\n')) <= room) return full;
  const short = told.map((line) => line.short);
  const kept = cut(short, room, sizeOf);
  const more = short.length - kept.length;
  return more === 0
    ? kept
    : [...kept, `* and ${tellCount(more)} more policies over a guard, not named for want of room`];
}

/** As many texts as fit, from the first one on. */
function cut(texts: readonly string[], room: number, sizeOf: Room['sizeOf']): string[] {
  let left = room - ROOM_FOR_REST;
  const first = texts.findIndex((text) => {
    left -= sizeOf(text) + 2;
    return left < 0;
  });
  return first < 0 ? [...texts] : texts.slice(0, first);
}

const ROOM_FOR_REST = 100;

function tableOf({ groups, policies }: Account): string[] {
  const rows = groups.filter(({ kind }) => kind.section !== 'rest');
  if (rows.length === 0) return [];
  const told = rows.slice(0, rows.length > MOST_ROWS ? MOST_ROWS - 1 : MOST_ROWS);
  const untold = rows.slice(told.length);
  const portals = untold.reduce((sum, { members }) => sum + members.length, 0);
  const more = `| ${tellCount(untold.length)} more kinds of changes | ${tellCount(portals)} | | |`;
  return [
    '| | portals | what | which |',
    '| --- | ---: | --- | --- |',
    ...told.map((group) => rowOf(group, policies)),
    ...(untold.length > 0 ? [more] : []),
  ];
}

function rowOf(group: Group, policies: readonly PolicyAccount[]): string {
  const { kind, sample, members } = group;
  const word = wordOfChange(sample);
  const changes = changesText(group);
  const isChange = sample.action !== 'none' && sample.action !== null;
  const doing = isChange && word !== kind.word ? `${word}${changes ? `: ${changes}` : ''}` : changes;
  const message = ownMessage(group);
  const what = [
    ...(message === undefined ? [] : [cellCode(message, 200)]),
    ...(isChange && doing ? [cellCode(doing, 200)] : []),
    ...(kind.flags.length > 0 ? [`(${kind.flags.join(', ')})`] : []),
  ];
  const shown = members.slice(0, MOST_NAMES).map((member) => inCell(nameOf(member, policies)));
  const more = members.length > MOST_NAMES ? ` and ${tellCount(members.length - MOST_NAMES)} more` : '';
  return `| ${cellCode(`${kind.sign} ${kind.word}`)} | ${tellCount(members.length)} | ${what.join(' ')} | ${shown.join(', ')}${more} |`;
}

/** Code in a table's cell: a bar would end the cell, even there. */
function cellCode(text: string, limit?: number): string {
  return inCell(markdownCode(text, limit));
}

function inCell(code: string): string {
  return code.replaceAll('|', '\\|');
}

function nameOf({ policy, portal }: Member, policies: readonly PolicyAccount[]): string {
  const before = policies.length > 1 ? `${policies[policy]?.loaded.policy ?? ''}: ` : '';
  return markdownCode(`${before}${portal}`, 150);
}

function removalLines({ groups, policies }: Account, room: number, sizeOf: Room['sizeOf']): string[] {
  const members = groups
    .filter(({ sample: { action, mode } }) => action === 'remove' && mode !== 'detect')
    .flatMap((group) => group.members);
  if (members.length === 0) return [];
  const names = members.map((member) => nameOf(member, policies));
  const kept = cut(names, room, sizeOf);
  const more = names.length - kept.length;
  const rest = more > 0 ? ` and ${tellCount(more)} more, not named for want of room` : '';
  return [`**${tellCount(members.length, 'removal')}:** ${kept.join(', ')}${rest}`];
}
