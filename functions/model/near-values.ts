/**
 * What somebody most likely meant by a value that no field takes: words of other tools, of other cases, of people.
 * Each gives the end of a sentence (`write EveryDay`), or undefined where nothing is near.
 */

export function nearStorageType(text: string): string | undefined {
  return STORAGE_WORDS.get(squash(text));
}

export function nearPeriod(text: string): string | undefined {
  const cron = sayCron(text);
  if (cron !== undefined) return cron;
  const period = PERIOD_WORDS.get(squash(text));
  return period === undefined ? undefined : `write ${period}`;
}

/** `03:00`, `3am`, `3 h`, a cron text. */
export function nearHour(text: string): string | undefined {
  const cron = sayCron(text);
  if (cron !== undefined) return cron;
  const time =
    /^\s*(\d{1,2})(?:[:.h](\d{2})(?::\d{2})?)?\s*(?:([ap])\.?m\.?|h|hrs?|hours?|o'?clock|uhr)?\s*z?\s*$/i.exec(
      text,
    );
  const named = NAMED_HOURS.get(squash(text));
  const hour = time ? hourOf(Number(time[1]), time[3]?.toLowerCase()) : named;
  if (hour === undefined) return undefined;
  return `${time?.[2] !== undefined && time[2] !== '00' ? 'backups begin at full hours, ' : ''}write ${hour}`;
}

/** `7 copies`, `7,`. */
export function nearNumber(text: string): string | undefined {
  const digits = /^\s*(\d{1,6})\s*[^\d\s.:/-][^\d]{0,20}$/.exec(text)?.[1];
  return digits === undefined ? undefined : `write ${Number(digits)}`;
}

/** `Mon`, `sundays`, `15th`. */
export function nearDay(text: string, weekdays: readonly string[]): string | undefined {
  const ordinal = /^\s*(\d{1,2})(?:st|nd|rd|th|\.)\s*$/i.exec(text)?.[1];
  if (ordinal !== undefined) return `write ${Number(ordinal)}`;
  if (squash(text).startsWith('last')) return 'there is no last day, 28 is the last that every month has';
  const word = squash(text)
    .replace(/^every/, '')
    .replace(/days$/, 'day');
  if (word.length < 2) return undefined;
  const found = weekdays.filter(
    (day) =>
      day.toLowerCase().startsWith(word) ||
      (word.length > 3 &&
        word.startsWith(day.slice(0, 3).toLowerCase()) &&
        day.toLowerCase().startsWith(word.slice(0, 4))),
  );
  return found.length === 1 ? `write ${found[0]}` : undefined;
}

/** `yes`, `off`, `1`. */
export function nearFlag(text: string): string | undefined {
  const word = squash(text);
  if (YES.has(word)) return 'write true';
  return NO.has(word) ? 'write false' : undefined;
}

export function nearMode(text: string): string | undefined {
  const mode = MODE_WORDS.get(squash(text));
  return mode === undefined ? undefined : `write ${mode}`;
}

/** Words of other tools for fields of ours; undefined for any other word. */
export function nearField(key: string): string | undefined {
  return FIELD_WORDS.get(squash(key));
}

/** A cron text in our words, where it says one hour of every day, of one weekday or of one day of the month. */
export function sayCron(text: string): string | undefined {
  const cron = CRON.exec(text);
  if (!cron) return undefined;
  const [, , hours = '', days = '', , weekdays = ''] = cron;
  const hour = /^\d{1,2}$/.test(hours) && Number(hours) <= 23 ? Number(hours) : 3;
  const weekday = weekdayOf(weekdays);
  const when =
    weekday !== undefined
      ? `{ period: EveryWeek, day: ${weekday}, hour: ${hour} }`
      : /^(?:[1-9]|[12]\d|3[01])$/.test(days)
        ? `{ period: EveryMonth, day: ${days}, hour: ${hour} }`
        : `{ period: EveryDay, hour: ${hour} }`;
  return `a cron text is not taken, write cronParams: ${when}`;
}

// --- internal ---

/** Without case, and without what people put between words. */
function squash(text: string): string {
  return text
    .slice(0, 64)
    .toLowerCase()
    .replace(/[\s_.-]+/g, '');
}

function words<T>(table: readonly (readonly [T, string])[]): ReadonlyMap<string, T> {
  return new Map(table.flatMap(([meant, list]) => list.split(' ').map((word): [string, T] => [word, meant])));
}

const S3 = 'write ThirdPartyConsumer, with module: s3 in storageParams';
const STORAGE_WORDS = words([
  [S3, 's3 amazons3 awss3 aws amazon amazonaws s3bucket bucket minio wasabi ceph thirdparty s3compatible'],
  [
    'write ThirdPartyConsumer, with module: googlecloud in storageParams',
    'googlecloud googlecloudstorage gcs gcp gs google',
  ],
  ['write ThirdPartyConsumer, with module: rackspace in storageParams', 'rackspace'],
  ['write ThirdPartyConsumer, with module: selectel in storageParams', 'selectel'],
  [
    'write Local, with filePath in storageParams',
    'disk file files filesystem localdisk localstorage fs folder path',
  ],
  ['write Documents, with folderId in storageParams', 'docspace portal room rooms mydocuments common'],
  [
    'write ThirdPartyDocuments, with folderId in storageParams',
    'dropbox googledrive gdrive onedrive box sharepoint webdav nextcloud owncloud kdrive yandex',
  ],
  ['write DataStore', 'temp temporary temporarystorage default data store'],
]);

const PERIOD_WORDS = words([
  ['EveryDay', 'daily day days nightly night everynight eachday 1d 24h p1d @daily @midnight'],
  ['EveryWeek', 'weekly week weeks eachweek 1w 7d p1w p7d @weekly'],
  ['EveryMonth', 'monthly month months eachmonth 1m 30d p1m @monthly'],
]);

const MODE_WORDS = words([
  ['detect', 'dryrun audit observe report monitor watch readonly plan check detectonly reportonly noop'],
  ['enforce', 'apply enforced enforcing enforceonly active write'],
]);

const FIELD_WORDS = words([
  ['cronParams', 'cron schedule scheduling cronparam when time'],
  ['backupsStored', 'retention copies keep keeplast backups maxbackups backupcount maxcopies retain'],
  ['storageType', 'storage destination target type'],
  ['storageParams', 'params parameters storageparameters storagesettings storageoptions storageconfig'],
  ['defaults', 'default global globals common'],
  ['profiles', 'tiers templates'],
  ['profile', 'tier template'],
]);

const NAMED_HOURS: ReadonlyMap<string, number> = new Map([
  ['midnight', 0],
  ['noon', 12],
]);
const YES = new Set(['yes', 'y', 'on', 'true', 't', 'enabled', 'enable', '1']);
const NO = new Set(['no', 'n', 'off', 'false', 'f', 'disabled', 'disable', '0']);

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour === 24 ? 0 : hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

const CRON =
  /^\s*([\d*/,-]{1,20})\s+([\d*/,-]{1,20})\s+([\d*/,?LW-]{1,20})\s+([\dA-Za-z*/,-]{1,20})\s+([\dA-Za-z*/,?#-]{1,20})\s*$/;
const CRON_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function weekdayOf(text: string): string | undefined {
  if (/^[0-7]$/.test(text)) return CRON_DAYS[Number(text)];
  return text.length === 3
    ? CRON_DAYS.find((day) => day.slice(0, 3).toLowerCase() === text.toLowerCase())
    : undefined;
}
