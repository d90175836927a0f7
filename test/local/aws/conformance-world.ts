import type { AwsClients } from './aws-clients.ts';
import type { Deviation } from './known-deviations.ts';

/** What the tests work with. Names are fresh for each test, so that nothing has to be cleaned up. */
export type ConformanceWorld = {
  readonly clients: () => AwsClients;
  /** A name that no other test uses. */
  readonly freshName: (start: string) => string;
  readonly makeBucket: (options?: { versioning?: boolean }) => Promise<string>;
  readonly deviates: (deviation: Deviation) => boolean;
};
