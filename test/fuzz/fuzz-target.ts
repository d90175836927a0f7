import fc from 'fast-check';
import { holdsCanary } from './canary.ts';

/** One way into the software: inputs that were all right once, and what is done with them. */
export type FuzzTarget<Input> = {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /**
   * Takes an input through, and gives everything that somebody could see of it: no key may be in it.
   * @throws where the software does what it must not
   */
  readonly run: (input: Input) => readonly string[] | Promise<readonly string[]>;
  /** How long the software itself may take for one input, waits included. Milliseconds. */
  readonly mostMs: number;
  /** Inputs a round: a round has a seed of its own. */
  readonly inputsARound: number;
  readonly close?: () => Promise<void>;
};

export type FuzzFailure = {
  readonly target: string;
  readonly seed: number;
  /** The smallest input that was found, as text. */
  readonly input: string;
  readonly error: string;
};

/** A target, ready to be fuzzed. */
export type Fuzzer = {
  readonly name: string;
  /** One round: the same seed makes the same inputs. `undefined`: all is well. */
  readonly round: (seed: number, options?: RoundOptions) => Promise<FuzzFailure | undefined>;
  readonly inputsARound: number;
  readonly close: () => Promise<void>;
};

export type RoundOptions = {
  readonly runs?: number;
  /** So many times as long may an input take: for a busy machine. */
  readonly patience?: number;
};

export function fuzzerOf<Input>(target: FuzzTarget<Input>): Fuzzer {
  const { name, inputsARound, close = async () => {} } = target;
  return { name, inputsARound, close, round: (seed, options = {}) => fuzzRound(target, seed, options) };
}

// --- internal ---

async function fuzzRound<Input>(
  target: FuzzTarget<Input>,
  seed: number,
  { runs = target.inputsARound, patience = 1 }: RoundOptions,
): Promise<FuzzFailure | undefined> {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const begun = performance.now();
    const shown = await target.run(input);
    const took = performance.now() - begun;
    // Rejections that nobody handles are told after the turn in which they happen.
    await new Promise((resolve) => setImmediate(resolve));
    if (rejections.length > 0) throw new Error(`nobody handled: ${String(rejections.pop())}`);
    const leak = shown.find(holdsCanary);
    if (leak !== undefined) throw new Error(`a key is shown: ${leak.slice(0, 2_000)}`);
    if (took > target.mostMs * patience) throw new Error(`took ${Math.round(took)} ms`);
  });
  try {
    const found = await fc.check(property, { seed, numRuns: runs, interruptAfterTimeLimit: 300_000 });
    if (!found.failed || found.counterexample === null) return undefined;
    const { errorInstance } = found;
    return {
      ...{ target: target.name, seed },
      input: fc.stringify(found.counterexample[0]).slice(0, 5_000),
      error: errorInstance instanceof Error ? `${errorInstance.stack}` : String(errorInstance),
    };
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}
