import type { Settings } from './settings.ts';

/** What a plan must know of a deployment to tell what its function would do; names as in the props. */
export function planSettings(settings: Settings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PLANNED.map((name) => [name, settings[name]]));
}

// --- internal ---

const PLANNED = [
  'secretsPrefix',
  'teams',
  'allowedHosts',
  'allowedDestinations',
  'allowedRanges',
  'guard',
  'approvals',
  'graceHours',
  'concurrency',
  'perAddress',
  'paused',
] as const satisfies readonly (keyof Settings)[];
