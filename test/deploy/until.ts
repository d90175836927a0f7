import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer. For what other processes do: they tell nobody when it is done.
 * @returns the first answer that is not undefined
 * @throws Error that names what was waited for, with the last thing that went wrong
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${deadlineMs / 1000} s`, { cause });
    }
    await wait(100);
  }
}
