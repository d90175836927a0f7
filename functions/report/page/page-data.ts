/**
 * What the page of a fleet shows, as it stands in the page itself: JSON that the browser reads. Portals' values that
 * repeat (a policy, a schedule, an error) stand once, and are named by their place. Members that say nothing are missing.
 */
export type PageData = {
  readonly schema: 1;
  /** When the page was made; ISO, UTC. */
  readonly madeAt: string;
  readonly policies: readonly PagePolicy[];
  /** Policies and parts of them of which nothing is known, each with why. */
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
  /** Errors of portals, by `PagePortal.error`. */
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  /** By `PagePortal.warnings`. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** Single values of schedules: name, value, and where it stands (`fleet.yaml:12`), if a policy says so. */
  readonly fields: readonly PageField[];
  /** Each a list of places in `fields`; by `PagePortal.schedule`. */
  readonly schedules: readonly (readonly number[])[];
  /** The UTC day with which every portal's `days` ends; missing where nothing is remembered. */
  readonly until: readonly (string | null)[];
  readonly portals: readonly PagePortal[];
  /** How many portals that are well are left out: the page would be too big. */
  readonly leftOut: number;
};

export type PageField = readonly [field: string, value: string, place: string | null];

export type PagePolicy = {
  readonly name: string;
  /** When it was looked at last; ISO. */
  readonly at: string;
  readonly ok: boolean;
  readonly portals: number;
  /** What is wrong with it as a whole, safe to print. */
  readonly problems: readonly string[];
};

export type PagePortal = {
  readonly portal: string;
  readonly policy: number;
  /** Missing where nobody has asked yet. */
  readonly verdict?: string;
  /** Somebody has to look at the verdict. */
  readonly bad?: true;
  readonly status: string;
  readonly action?: string;
  readonly drift?: string;
  readonly effect?: string;
  readonly error?: number;
  /** It waits for a person. */
  readonly held?: true;
  /** Only watched. */
  readonly detect?: true;
  /** When the newest archive was made; ISO. */
  readonly archive?: string;
  /** When the next backup comes; ISO. */
  readonly due?: string;
  /** As in days.json. */
  readonly days?: string;
  readonly schedule?: number;
  readonly changes?: readonly (readonly [field: string, from: string | null, to: string | null])[];
  readonly warnings?: readonly number[];
};

/** The id of the element that holds the data. */
export const DATA_ELEMENT = 'fleet';
