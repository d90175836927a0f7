import { printable } from '../model/printable.ts';
import type { PortalPlan } from './plan-portal.ts';

/** A portal may hold its own key in a setting, or somebody put it there or into the policy: it is not repeated. */
export function redactPlan(plan: PortalPlan, redact: (text: string) => string): PortalPlan {
  const clean = (value: string | number | null) =>
    typeof value === 'string' ? printable(redact(value), 500) : value;
  const changes = plan.changes.map(({ field, from, to }) => ({
    field: redact(field),
    from: clean(from),
    to: clean(to),
  }));
  return { action: plan.action, changes, warnings: plan.warnings };
}
