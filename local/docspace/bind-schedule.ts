import { type Answer, bindingFailure, type RequestAddress } from './answer.ts';

/** A POST's body after the framework put it into its types, defaults filled in. */
export type BoundSchedule = {
  storageType: number;
  pairs: readonly { key: unknown; value: unknown }[];
  backupsStored: number;
  cron: { period: number; hour: number; day: number } | undefined;
  dump: boolean;
};

/**
 * Binds a JSON body. Enums go by name (any case) or number, numbers may be texts, null is missing. What does not fit is
 * refused with a 400 in the framework's own shape.
 */
export function bindSchedule(body: unknown, address: RequestAddress): BoundSchedule | Answer {
  try {
    const dto = object(body, '$');
    return {
      storageType: choice(dto.storageType, STORAGE_TYPES, '$.storageType') ?? 0,
      pairs: pairs(dto.storageParams),
      backupsStored: integer(dto.backupsStored, '$.backupsStored') ?? 1,
      cron: cron(dto.cronParams),
      dump: boolean(dto.dump, '$.dump') ?? false,
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return bindingFailure(
      address,
      error.message,
      `The JSON value could not be converted. Path: ${error.message}`,
    );
  }
}

/** How the server turns a JSON value of `storageParams` into the text it keeps: booleans are `True` and `False`. */
export function storedText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value).replace('e', 'E');
  return JSON.stringify(value);
}

// --- internal ---

const STORAGE_TYPES = [
  'Documents',
  'ThridpartyDocuments',
  'CustomCloud',
  'Local',
  'DataStore',
  'ThirdPartyConsumer',
];
const PERIODS = ['EveryDay', 'EveryWeek', 'EveryMonth'];

type Members = Record<string, unknown>;

/** The member's path is the whole message: the caller makes the sentence. */
function misfit(path: string): never {
  throw new TypeError(path);
}

function object(value: unknown, path: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return misfit(path);
  return value as Members;
}

function cron(value: unknown): BoundSchedule['cron'] {
  if (value === undefined || value === null) return undefined;
  const dto = object(value, '$.cronParams');
  return {
    period: choice(dto.period, PERIODS, '$.cronParams.period') ?? 0,
    hour: integer(dto.hour, '$.cronParams.hour') ?? 0,
    day: integer(dto.day, '$.cronParams.day') ?? 0,
  };
}

function pairs(value: unknown): BoundSchedule['pairs'] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return misfit('$.storageParams');
  return value.map((entry: unknown, index) => {
    const pair = object(entry, `$.storageParams[${index}]`);
    return { key: pair.key, value: pair.value };
  });
}

function choice(value: unknown, names: readonly string[], path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const named = names.findIndex((name) => name.toLowerCase() === String(value).toLowerCase());
  if (typeof value === 'string' && named !== -1) return named;
  const number = integer(value, path);
  return number !== undefined && names[number] !== undefined ? number : misfit(path);
}

function integer(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 2 ** 31 - 1)
    return misfit(path);
  return number;
}

function boolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'boolean' ? value : misfit(path);
}
