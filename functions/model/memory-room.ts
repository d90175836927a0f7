import { getHeapStatistics } from 'node:v8';

/** The memory that a process may fill with one policy at a time, and what to do where that is too little. */
export type MemoryRoom = {
  /** Bytes of JavaScript's heap. */
  readonly bytes: number;
  /** The function's memory in MB; `undefined`: no function of Lambda's, but a terminal. */
  readonly functionMb: number | undefined;
};

/** Without end: for tests, and for texts that are small by their nature. */
export const ENDLESS_ROOM: MemoryRoom = { bytes: Number.POSITIVE_INFINITY, functionMb: undefined };

/**
 * What a process has: Node's own limit of the heap and, in a function, what Lambda's memory leaves for it; less what is
 * there before any policy is.
 * @param heapLimit in bytes
 */
export function memoryRoom(
  env: Readonly<Record<string, string | undefined>>,
  heapLimit: number = getHeapStatistics().heap_size_limit,
): MemoryRoom {
  const text = env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '';
  const functionMb = /^\d{1,6}$/.test(text) ? Number(text) : undefined;
  if (functionMb === undefined) return { bytes: Math.max(0, heapLimit - AT_FIRST), functionMb };
  return { bytes: roomOfFunction(functionMb, heapLimit), functionMb };
}

/** The least memory of a function with so much room, in MB: a multiple of 64; `undefined`: Lambda has none with so much. */
export function functionMbFor(bytes: number): number | undefined {
  for (let mb = 128; mb <= MOST_FUNCTION_MB; mb += 64) if (roomOfFunction(mb) >= bytes) return mb;
  return undefined;
}

/** The least heap of a terminal's process with so much room, in MB: a multiple of 64. */
export function heapMbFor(bytes: number): number {
  return Math.ceil((bytes + AT_FIRST) / MB / 64) * 64;
}

// --- internal ---

const MB = 1024 * 1024;

/** Code and clients in the heap, before any policy is read. Bytes. */
const AT_FIRST = 25 * MB;

/** What Node itself takes of a function's memory, beside the heap. Bytes. */
const OF_NODE = 75 * MB;

/** Lambda gives no more. */
const MOST_FUNCTION_MB = 10_240;

/** Lambda starts Node with nine tenths of the function's memory as the most of its heap. */
const SHARE_OF_HEAP = 0.9;

function roomOfFunction(mb: number, heapLimit = Number.POSITIVE_INFINITY): number {
  return Math.max(0, Math.min(mb * MB * SHARE_OF_HEAP, mb * MB - OF_NODE, heapLimit) - AT_FIRST);
}
