import * as z from 'zod/mini';
import type { StorageModule } from '../model/protection.ts';
import { type Said, unwrap } from './wire-envelope.ts';

/** How storages, and what backups are free or paid, look on the wire. Nothing here ever throws. */

/**
 * The whole body of an answer to `GET settings/storage/backup`. Of each storage two members are taken: among the others
 * are its credentials.
 */
export function storagesFromWire(body: unknown): Said<readonly StorageModule[]> {
  const said = unwrap(body, z.array(WireStorage).check(z.maxLength(MOST_STORAGES)), []);
  if ('foreign' in said) return said;
  return { value: said.value.map(({ id, isSet }) => ({ id, isSet })) };
}

/** The whole body of an answer to `GET backup/getservicestate`. */
export function serviceStateFromWire(body: unknown): Said<boolean> {
  const said = unwrap(body, WireServiceState);
  return 'foreign' in said ? said : { value: said.value.enabled };
}

/** The whole body of an answer to `GET backup/getbackupscount`. */
export function backupsCountFromWire(body: unknown): Said<number> {
  return unwrap(body, z.int().check(z.gte(0)));
}

/** The whole body of an answer to `GET portal/payment/quota`; `undefined` where the plan says nothing of free backups. */
export function freeBackupsFromWire(body: unknown): Said<number | undefined> {
  const said = unwrap(body, WireQuota);
  if ('foreign' in said) return said;
  const free = said.value.features.find(({ id }) => id === 'free_backup');
  if (free === undefined) return { value: undefined };
  const count = z.safeParse(z.int().check(z.gte(-1)), free.value);
  return count.success ? { value: count.data } : { foreign: 'its free backups are no number of this API' };
}

// --- internal ---

/** More than any server knows: an answer that has them is not one of ours. */
const MOST_STORAGES = 100;

const WireStorage = z.object({ id: z.string().check(z.minLength(1), z.maxLength(64)), isSet: z.boolean() });
const WireServiceState = z.object({ enabled: z.boolean() });
const WireQuota = z.object({
  features: z.array(z.object({ id: z.optional(z.unknown()), value: z.optional(z.unknown()) })),
});
