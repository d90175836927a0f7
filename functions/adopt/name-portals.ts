import { PLACEHOLDER } from '../model/placeholder.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { fieldKey } from './layer-fields.ts';

export type NamedSchedule = { readonly portal: string; readonly schedule: BackupSchedule };

/**
 * Writes `{portal}` for a portal's own name in its params, where that makes them the same as other portals'. Each
 * portal takes the form that most of them could share; one that shares none stays as it is.
 */
export function namePortals(fleet: readonly NamedSchedule[]): NamedSchedule[] {
  const counts = new Map<string, number>();
  const fleetForms = fleet.map(({ portal, schedule }) =>
    formsOf(portal, schedule).map((form) => ({ form, key: keyOf(form) })),
  );
  for (const forms of fleetForms) {
    for (const { key } of forms) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return fleet.map(({ portal, schedule }, index) => {
    let best = { form: schedule, count: 0 };
    for (const { form, key } of fleetForms[index] ?? []) {
      const count = counts.get(key) ?? 0;
      if (count > best.count) best = { form, count };
    }
    return { portal, schedule: best.form };
  });
}

// --- internal ---

/** All ways to write a schedule, as it is first. At most this many params are looked at: forms double with each. */
const MOST_NAMED = 4;

function formsOf(portal: string, schedule: BackupSchedule): BackupSchedule[] {
  const forms = [schedule];
  const named = [...schedule.storageParams]
    .map(([name, value]) => ({ name, text: inName(portal, name, value), value }))
    .filter(({ text, value }) => text !== value);
  for (const { name, text } of named.slice(0, MOST_NAMED)) {
    for (const form of [...forms]) {
      forms.push({ ...form, storageParams: new Map([...form.storageParams, [name, text]]) });
    }
  }
  return forms;
}

const PLACES: ReadonlySet<string> = new Set([
  'bucket',
  'private_container',
  'public_container',
  'subdir',
  'filePath',
]);

/** A whole text, or a whole part of a path: `b` in `backups` is no portal's name. */
function inName(portal: string, name: string, value: string): string {
  // A word of the server's own, or a folder's number, equals a name by chance alone.
  if (!PLACES.has(name)) return value;
  return value
    .split('/')
    .map((part) => (part === portal ? PLACEHOLDER : part))
    .join('/');
}

function keyOf(schedule: BackupSchedule): string {
  return `${schedule.storageType} ${fieldKey('storageParams', schedule)}`;
}
