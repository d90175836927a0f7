import { DAY } from '../model/durations.ts';
import type { PortalWarning } from '../model/outcome.ts';
import type { KeyInfo } from '../model/protection.ts';

/** What a portal says of the key that asks, as warnings: a key that is about to die, or that can't do its work. */
export function keyWarnings(key: KeyInfo, now: Date): readonly PortalWarning[] {
  const warnings: PortalWarning[] = [];
  const expiry = expiryMessage(key, now);
  if (expiry !== undefined) warnings.push({ code: 'KEY_EXPIRES_SOON', message: expiry });
  if (!key.isActive) {
    warnings.push({
      code: 'KEY_INACTIVE',
      message: 'the key is switched off: switch it on, or store another',
    });
  }
  if (key.scope === 'read-only') {
    const message =
      'the key can read, not write: a change of this portal needs one with the global write scope';
    warnings.push({ code: 'KEY_READ_ONLY', message });
  }
  if (key.scope === 'foreign') {
    const message = 'the scopes of the key do not reach backups: store one with the global write scope';
    warnings.push({ code: 'KEY_FOREIGN_SCOPE', message });
  }
  return warnings;
}

// --- internal ---

/** Days before the end at which it is told, the nearest first. */
const THRESHOLDS = [7, 30];

function expiryMessage({ expiresAt }: KeyInfo, now: Date): string | undefined {
  if (!expiresAt) return undefined;
  const date = expiresAt.toISOString().slice(0, 10);
  const left = expiresAt.getTime() - now.getTime();
  if (left <= 0) return `the key expired on ${date}: make a new one and store it`;
  const threshold = THRESHOLDS.find((days) => left <= days * DAY);
  if (threshold === undefined) return undefined;
  return `the key expires on ${date}, within ${threshold} days: make a new one and store it`;
}
