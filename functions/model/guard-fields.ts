import { hint, type ScalarField } from './field.ts';
import { docs } from './field-docs.ts';
import { LIMIT_PATTERN, type Limit, parseLimit } from './guard.ts';

const WANTED = 'Must be a whole number, or a whole percent from 0% to 100%.';

/** How much of a kind of change one run may make. */
export const GUARD_FIELDS = {
  maxWeaken: limit(
    'maxWeaken',
    'changes that weaken: less often, fewer copies, or to DataStore. Default: 10%.',
    'maxWeaken: 5%',
  ),
  maxRemove: limit('maxRemove', 'schedules that are removed. Default: 10%.', 'maxRemove: 0'),
  maxChange: limit('maxChange', 'changes of any kind. Default: 100%.', 'maxChange: 50%'),
  maxRunAtOnce: limit(
    'maxRunAtOnce',
    'changes that start a backup at once. Default: 100%.',
    'maxRunAtOnce: 20',
  ),
};

// --- internal ---

function limit(title: string, of: string, example: string): ScalarField<Limit> {
  return {
    kind: 'scalar',
    schema: {
      ...docs(title, `At most so many ${of}`, example),
      anyOf: [
        {
          description: 'A count of portals.',
          type: 'integer',
          minimum: 0,
          maximum: 999_999_999,
          errorMessage: WANTED,
        },
        {
          description: "A percent of the policy's portals.",
          type: 'string',
          pattern: LIMIT_PATTERN,
          patternErrorMessage: WANTED,
          errorMessage: WANTED,
        },
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
