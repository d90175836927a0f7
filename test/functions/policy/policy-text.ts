import type { PolicyError } from '../../../functions/model/finding.ts';
import { type PolicyReading, readPolicy } from '../../../functions/policy/read-policy.ts';

/** Defaults that leave nothing missing. */
export const DEFAULTS =
  'defaults: { storageType: DataStore, backupsStored: 7, cronParams: { period: EveryDay, hour: 3 } }';

export function read(text: string): PolicyReading {
  return readPolicy(new TextEncoder().encode(text));
}

/** A policy with good defaults and these portals, which begin on line 4. */
export function readPortals(...lines: string[]): PolicyReading {
  return read(['version: 1', DEFAULTS, 'portals:', ...lines, ''].join('\n'));
}

/** `line:column message` of each. */
export function say(findings: readonly PolicyError[]): string[] {
  return findings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** The one portal of a valid policy. */
export function onlyTarget(reading: PolicyReading) {
  if (reading.policy === undefined) throw new Error(say(reading.errors).join('\n'));
  const [target, ...others] = reading.policy.targets;
  if (target === undefined || others.length > 0) throw new Error('not one portal');
  return target;
}
