import type { DestinationRules } from '../functions/model/destination-rules.ts';
import type { SaidGuard } from '../functions/model/guard.ts';
import type { HostRules } from '../functions/model/host-rules.ts';
import type { KeySource } from '../functions/model/portal-key.ts';
import type { Clock } from '../functions/model/ports/clock.ts';
import type { PackKeys } from '../functions/model/ports/key-packer.ts';
import type { Concurrency } from '../functions/model/ports/places.ts';
import type { PolicyBucket } from '../functions/model/ports/policy-bucket.ts';
import type { Portals } from '../functions/model/ports/portals.ts';

/** The outside, as far as the command needs it. */
export type World = {
  readonly clock: Clock;
  readonly openBucket: OpenBucket;
  /**
   * @param keys a key file's path, or `aws`
   * @param concurrency portals at once
   * @throws RunFailure, SettingsError
   */
  readonly openAccess: (keys: string, concurrency: Concurrency) => Promise<Access>;
  readonly packKeys: PackKeys;
};

/** Asks nobody yet: what is wrong with a bucket is told by the first read. */
export type OpenBucket = (name: string) => PolicyBucket;

/** The portals, the keys to them, and where keys and backups may go. */
export type Access = {
  readonly portals: Portals;
  /** @param prefix what stands before the names of a team's secrets; `undefined`: the deployment's own */
  readonly keysFor: (prefix?: string) => KeySource;
  /** Whether `approve` in a policy has no effect: the deployment goes by objects in its bucket, which nobody reads here. */
  readonly ignoresApprove: boolean;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
  /** What the deployment's own guard says. */
  readonly guard: SaidGuard;
  /** How much later than its slot a backup may be there. Hours. */
  readonly graceHours: number;
};
