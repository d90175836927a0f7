import type { ErrorCode } from '../../functions/model/portal-error.ts';
import type { Verdict } from '../../functions/model/protection.ts';

/** What a bad verdict means, in a few words. */
export const MEANINGS: Readonly<Record<BadVerdict, string>> = {
  unprotected: 'no schedule, where the policy wants one',
  claimed: 'the server says that it ran, and no archive is there',
  late: 'the newest archive is older than the schedule allows, or there is none',
  unknown: 'the portal could not be asked',
};

/** The worst first. */
export const BAD_VERDICTS = ['unprotected', 'claimed', 'late', 'unknown'] as const;
export type BadVerdict = Extract<Verdict, (typeof BAD_VERDICTS)[number]>;

/** What somebody can do about a portal. An error goes before a verdict: it says why. */
export function whatToDo(code: string | undefined, verdict: string | undefined): string {
  if (code !== undefined && Object.hasOwn(BY_CODE, code)) return BY_CODE[code as ErrorCode];
  if (verdict !== undefined && Object.hasOwn(BY_VERDICT, verdict)) return BY_VERDICT[verdict as BadVerdict];
  return 'policy-sync plan, with this portal alone (--portal), shows what is wrong now';
}

// --- internal ---

const BY_VERDICT: Readonly<Record<BadVerdict, string>> = {
  unprotected: 'policy-sync apply writes the schedule',
  claimed:
    "look at where the backups go (is it full, or its login over?), and make one by hand on the portal's backup page",
  late: "make a backup by hand on the portal's backup page: it shows what keeps the server from it",
  unknown: 'policy-sync audit, with this portal alone (--portal), asks again',
};

const AGAIN = 'nothing yet: the next tick, or the command again, takes it up; if it stays, look at';
const NEW_KEY = "make a new key as an administrator of the portal, and put it into the portal's key entry";

const BY_CODE: Readonly<Record<ErrorCode, string>> = {
  KEY_NOT_FOUND: 'add a key entry with its url and apiKey, or take the portal out of the policy',
  KEY_MALFORMED: 'correct its key entry: {"url": "https://...", "apiKey": "..."}',
  KEY_DENIED: 'give the role the permission that the message names',
  KEY_UNAVAILABLE: `${AGAIN} Secrets Manager`,
  HOST_NOT_ALLOWED: "correct the url in its key entry, or add the host to the deployment's allowedHosts",
  DESTINATION_NOT_ALLOWED:
    "correct the storage in the policy, or add it to the deployment's allowedDestinations",
  UNAUTHORIZED: NEW_KEY,
  PAYMENT_REQUIRED: "look at the portal's payment page",
  FORBIDDEN: 'give the key its scopes, or its owner administrator rights, or let the address in',
  NOT_FOUND: 'correct the url in its key entry, or take the portal out of the policy',
  REJECTED: "correct what the portal's message names in the policy",
  RATE_LIMITED: `${AGAIN} who else calls this portal`,
  SERVER_ERROR: `${AGAIN} the portal itself`,
  TIMEOUT: `${AGAIN} the portal itself, and the way there`,
  UNREACHABLE: `${AGAIN} the url in its key entry, and the way there`,
  UNEXPECTED_ANSWER:
    'correct the url in its key entry: what answers there is no DocSpace, or stands before it',
  NOT_VERIFIED:
    "compare the portal's backup page with the policy: the server has taken it for something else",
  CONFLICT: 'leave the portal in one of the policies alone',
  SUPERSEDED: 'nothing: a newer text of the policy takes it up',
  INTERRUPTED: 'nothing: the next tick, or the command again, takes it up',
  GUARDED: "look at what is held, then approve it: the policy's report has the digest",
  CONTESTED: 'find out who or what changes it, then policy-sync apply --portal with its name',
  INTERNAL_ERROR: 'report it as a mistake in policy-sync',
  WOULD_NOT_RUN: 'choose an hour that the message names, or set allowLateFirstRun: true',
  STORAGE_NOT_READY: "connect the storage in the portal's settings (third-party services)",
  QUOTA_EXHAUSTED: "switch the paid backups on in the portal's payment settings, or wait for the next month",
};
