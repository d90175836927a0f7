import { hint, type ScalarField } from './field.ts';
import { LIMIT_PATTERN, type Limit, parseLimit } from './guard.ts';

/** How much of a kind of change one run may make. */
export const GUARD_FIELDS = {
  maxWeaken: limit(
    'maxWeaken',
    'changes that weaken: less often, fewer copies, or to DataStore. Default: 10%.',
  ),
  maxRemove: limit('maxRemove', 'schedules that are removed. Default: 10%.'),
  maxChange: limit('maxChange', 'changes of any kind. Default: 100%.'),
  maxRunAtOnce: limit('maxRunAtOnce', 'changes that start a backup at once. Default: 100%.'),
};

// --- internal ---

function limit(title: string, of: string): ScalarField<Limit> {
  return {
    kind: 'scalar',
    schema: {
      title,
      description: `At most so many ${of}`,
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 999_999_999 },
        { type: 'string', pattern: LIMIT_PATTERN },
      ],
    },
    read: (written) => {
      const { value } = written;
      const found = typeof value === 'number' || typeof value === 'string' ? parseLimit(value) : undefined;
      if (found) return { value: found };
      const wanted = 'must be a whole number, or a whole percent from 0% to 100%';
      return { problem: `${wanted}${typeof value === 'string' ? '' : hint(written)}` };
    },
  };
}
