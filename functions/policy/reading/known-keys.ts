import { CRON_FIELDS } from '../../model/cron-fields.ts';
import { GUARD_FIELDS } from '../../model/guard-fields.ts';
import { PORTAL_FIELDS, TOP_FIELDS } from '../../model/policy-fields.ts';
import { SELECTOR_FIELDS } from '../../model/selector-fields.ts';

/** Every word that is a key of ours somewhere in a policy. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set(
  [TOP_FIELDS, PORTAL_FIELDS, SELECTOR_FIELDS, CRON_FIELDS, GUARD_FIELDS].flatMap((fields) =>
    Object.keys(fields),
  ),
);
