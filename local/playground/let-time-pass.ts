import { REPORTS } from '../../functions/model/policy-ref.ts';
import type { LocalS3 } from '../aws/local-s3.ts';
import type { Archive } from '../docspace/backup-records.ts';
import type { LocalPortal } from '../docspace/local-portal.ts';

/** What the servers' schedulers did meanwhile, of one portal. */
export type Meanwhile = {
  readonly portal: string;
  readonly made: number;
  readonly failed: number;
  /** The server deleted its schedule. */
  readonly deleted: boolean;
};

/**
 * Time goes by on portals: all that was lies so much further back, and their schedulers do what they would have done since.
 * The clock itself stays right: commands at another terminal go by it.
 */
export function letTimePass(portals: readonly LocalPortal[], ms: number): readonly Meanwhile[] {
  return portals.map((portal) => {
    moveBack(portal, ms);
    const before = portal.backupsStarted.length;
    const deletions = portal.schedulesDeleted.length;
    portal.runScheduler();
    const started = portal.backupsStarted.slice(before);
    const failed = started.filter((start) => start.failed).length;
    const deleted = portal.schedulesDeleted.length > deletions;
    return { portal: portal.name, made: started.length - failed, failed, deleted };
  });
}

/**
 * The same for what a bucket's reports say.
 * @param days how many dates that is
 */
export function moveReportsBack(s3: LocalS3, bucket: string, ms: number, days: number): void {
  for (const key of s3.keys(bucket, REPORTS)) {
    const object = s3.bucket(bucket).current(key);
    if (!object || !key.endsWith('.json')) continue;
    const text = object.body
      .toString('utf8')
      .replace(TIME, (time) => earlier(time, ms))
      .replace(UNTIL, (_, name, date) => `${name}"${dayBefore(date, days)}"`);
    const moved = key.replace(TIME_IN_KEY, (_, date, hour, minute, rest) =>
      earlier(`${date}T${hour}:${minute}:${rest}Z`, ms).replaceAll(':', '-'),
    );
    const { headers, tagging } = object;
    s3.put(bucket, moved, text, { headers, ...(tagging !== undefined && { tagging }) });
    if (moved !== key) s3.remove(bucket, key);
  }
}

// --- internal ---

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const TIME_IN_KEY = /(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d(?:\.\d+)?)Z/;
const UNTIL = /("until":\s*)"(\d{4}-\d\d-\d\d)"/g;

/** The same moment of an earlier day; a time of no meaning (year 1 is "never") stays. */
function earlier(time: string, ms: number): string {
  const at = Date.parse(time);
  return at > 0 ? new Date(at - ms).toISOString() : time;
}

function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY).toISOString().slice(0, 10);
}

const DAY = 86_400_000;

function moveBack(portal: LocalPortal, ms: number): void {
  const before = (at: Date) => new Date(at.getTime() - ms);
  const maybe = (at: Date | undefined) => at && before(at);
  const age = (archive: Archive): Archive => ({
    ...archive,
    createdOn: before(archive.createdOn),
    expiresOn: maybe(archive.expiresOn),
  });
  const stamp = <T extends { at: Date }>(entry: T): T => ({ ...entry, at: before(entry.at) });
  const { schedule } = portal;
  if (schedule) {
    schedule.postedAt = before(schedule.postedAt);
    schedule.lastBackupTime = maybe(schedule.lastBackupTime);
  }
  portal.lookedUntil = maybe(portal.lookedUntil);
  portal.archives = portal.archives.map(age);
  portal.archivesDeleted = portal.archivesDeleted.map(age);
  portal.archivesDropped = portal.archivesDropped.map(age);
  portal.backupsStarted = portal.backupsStarted.map(stamp);
  portal.mails = portal.mails.map(stamp);
  portal.schedulesDeleted = portal.schedulesDeleted.map(before);
  portal.keys = portal.keys.map((key) =>
    key.expiresAt ? { ...key, expiresAt: before(key.expiresAt) } : key,
  );
}
