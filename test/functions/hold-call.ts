import type { LocalAws } from '../../local/aws/endpoints.ts';
import type { FaultMatch } from '../../local/aws/fault-queue.ts';

export type HeldCall = {
  /** Resolves once the call is there. It has no effect yet, unless its match says `after`. */
  readonly arrived: Promise<void>;
  letGo(): void;
};

/** Parks the next call that matches until it is let go. */
export function holdCall(aws: LocalAws, match: FaultMatch): HeldCall {
  let arrive = () => {};
  let letGo = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  aws.faults.add({
    ...match,
    get until() {
      arrive();
      return until;
    },
  });
  return { arrived, letGo };
}
