import { functionMbFor, heapMbFor, type MemoryRoom } from '../../model/memory-room.ts';
import { countPortals } from './count-portals.ts';

/**
 * Why a text is more than the memory carries, and what helps; `undefined` where it is not. Found before any of it is
 * parsed, by looking at it once: a policy that is too much is its own error, and no other policy's end.
 */
export function findTooMuchText(text: string, room: MemoryRoom): string | undefined {
  const needed = Math.max(bytesToParse(text) / SHARE_OF_PARSING, bytesToRun(countPortals(text), room));
  return needed > room.bytes ? sayTooMuch(text, needed, room) : undefined;
}

/** The same, of a policy that was read: now the number of its portals is known for certain. */
export function findTooManyPortals(portals: number, room: MemoryRoom): string | undefined {
  const needed = bytesToRun(portals, room);
  return needed > room.bytes ? say(`${inThousands(portals)} portals`, needed, room) : undefined;
}

/** How long the texts may be that each portal has a copy of, in UTF-16 units: they stand in targets, outcomes and reports. */
export function mostTextUnits({ bytes, functionMb }: MemoryRoom): number {
  return bytes / (functionMb === undefined ? 2 : COPIES_IN_RUN);
}

// --- internal ---

const COPIES_IN_RUN = 6;

/** Other policies are read while one of them is run: it must leave them room. */
const SHARE_OF_PARSING = 0.75;

/**
 * What the parser makes of a key with a value, and of one without, or a comma, at its peak. Measured: the largest text of
 * each kind that Node 24 reads with a heap of 460 MB. Bytes.
 */
const OF_KEY_WITH_VALUE = 1_650;
const OF_BARE_KEY = 1_000;

/**
 * What a portal costs in a whole run: target, key, outcomes of this and of the last report. Measured: with 70,000 of them
 * a tick took 561 MB of the machine, with 40,000 it took 408, and 440 in a warm process. Bytes.
 */
const OF_PORTAL = 8_000;

function bytesToParse(text: string): number {
  let [withValue, bare, commas] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === COMMA) commas++;
    if (unit !== COLON) continue;
    let next = at + 1;
    while (text.charCodeAt(next) === BLANK) next++;
    const value = text.charCodeAt(next);
    if (value === COMMA || value === CLOSING_BRACE) bare++;
    // `http://` has none of its own.
    else if (next > at + 1 || value === LINE_FEED || value === CARRIAGE_RETURN || next >= text.length)
      withValue++;
  }
  return withValue * OF_KEY_WITH_VALUE + Math.max(bare, commas - withValue) * OF_BARE_KEY;
}

const [COMMA, COLON, BLANK, CLOSING_BRACE, LINE_FEED, CARRIAGE_RETURN] = [0x2c, 0x3a, 0x20, 0x7d, 0x0a, 0x0d];

/** At a terminal a run keeps no report in memory: what was parsed is the most that it needs. */
function bytesToRun(portals: number, { functionMb }: MemoryRoom): number {
  return functionMb === undefined ? 0 : portals * OF_PORTAL;
}

function sayTooMuch(text: string, needed: number, room: MemoryRoom): string {
  const portals = countPortals(text);
  return say(portals > 1 ? `${inThousands(portals)} portals` : 'more keys and values', needed, room);
}

/** @param needed bytes */
function say(what: string, needed: number, { functionMb }: MemoryRoom): string {
  if (functionMb === undefined) {
    const mb = heapMbFor(needed);
    return `the file has ${what}, more than this process can read: give Node more memory (NODE_OPTIONS=--max-old-space-size=${mb}), or split the policy`;
  }
  const enough = functionMbFor(needed);
  const more = enough === undefined ? '' : `give it more memory (memoryMb: ${enough}), or `;
  return `the policy has ${what}, more than the function carries with its ${inThousands(functionMb)} MB: ${more}split the policy`;
}

function inThousands(count: number): string {
  return count.toLocaleString('en-US');
}
