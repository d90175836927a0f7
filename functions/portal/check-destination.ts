import { type DestinationRules, destinationOf, isAllowedDestination } from '../model/destination-rules.ts';
import { PortalError } from '../model/portal-error.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import { printable } from '../model/printable.ts';

/**
 * Refuses a target whose backups would go where this deployment lets none go.
 * @throws PortalError DESTINATION_NOT_ALLOWED
 */
export function checkDestination({ schedule }: PortalTarget, rules: DestinationRules): void {
  if (!schedule || isAllowedDestination(schedule, rules)) return;
  const destination = printable(destinationOf(schedule), 120);
  const message = `backups to ${destination} are not among the allowed destinations of this deployment`;
  throw new PortalError('DESTINATION_NOT_ALLOWED', message);
}
