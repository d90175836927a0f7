import { GROUPS } from '../model/key-groups.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyTags } from '../model/ports/key-list.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';
import type { EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import { type GroupBook, type KeyGroups, openGroupBook, tellBrokenGroup } from './group-book.ts';
import type { ListedSecret, ListSecrets } from './list-secrets.ts';
import { type KeyGroup, parseGroup } from './parse-group.ts';
import type { ReadAll } from './read-all.ts';
import { secretError, unreadSecret } from './secret-entry.ts';

/** What is known of the keys below a prefix without asking for single ones. */
export type KnownKeys = {
  /** Portals that have a secret of their own; `undefined`: not all were listed, since there is no group to tell from. */
  readonly singles: ReadonlyMap<string, KeyTags> | undefined;
  readonly groups: KeyGroups;
  readonly book: GroupBook;
  /** Why nobody knows which groups there are; `undefined`: they are known. */
  readonly unlisted: PortalError | undefined;
  /** What is wrong with no single portal: groups that can't be listed or used, by name. */
  readonly troubles: readonly string[];
};

export type LookAround = {
  readonly prefix: string;
  readonly list: ListSecrets;
  readonly readAll: ReadAll;
  readonly end: EndOfCalls | undefined;
};

/**
 * Lists the groups of keys below a prefix and reads them, 20 a call. Where there is one, all single secrets are listed,
 * too: they go before a group's entry. @param whole also where there is none
 * @throws RunFailure
 */
export async function lookAround(whole: boolean, options: LookAround): Promise<KnownKeys> {
  let listed: Listed;
  try {
    listed = await listKeys(whole, options);
  } catch (error) {
    const { unlisted, troubles } = whyUnlisted(error, options);
    return { ...NOTHING_KNOWN, book: openGroupBook(new Map(), unlisted), unlisted, troubles };
  }
  const groups = await readGroups(listed.groups, options);
  const book = openGroupBook(groups);
  return { singles: listed.singles, groups, book, unlisted: undefined, troubles: troublesOf(book) };
}

export function troublesOf({ broken }: GroupBook): readonly string[] {
  return Array.from(broken, ([name, why]) => tellBrokenGroup(name, why));
}

/** Of a run that has no portals. */
export const NOTHING_KNOWN: KnownKeys = {
  singles: undefined,
  groups: new Map(),
  book: openGroupBook(new Map()),
  unlisted: undefined,
  troubles: [],
};

/** A group as it was read; where it can't be used, why, in words that go with its name. */
export function asGroup(read: KeyGroup | PortalError): KeyGroup | PortalError {
  if (!(read instanceof PortalError)) return read;
  const { code, retryable } = read;
  switch (code) {
    case 'KEY_MALFORMED':
      return read;
    case 'KEY_NOT_FOUND':
      return new Map(); // it is gone since it was listed
    case 'KEY_DENIED':
      return new PortalError(
        code,
        'may not be read: grant secretsmanager:GetSecretValue on it (and kms:Decrypt on its key, if it is one of your own)',
      );
    default:
      return new PortalError(code, 'could not be read just now', { retryable });
  }
}

// --- internal ---

type Listed = Pick<KnownKeys, 'singles'> & { readonly groups: readonly string[] };

/** A fleet of single secrets is not listed page by page only to learn that it has no groups. */
async function listKeys(whole: boolean, { prefix, list }: LookAround): Promise<Listed> {
  let { secrets, next } = await list(prefix);
  const found = [...secrets];
  if (next !== undefined && !whole && !(await hasGroups(prefix, list)))
    return { singles: undefined, groups: [] };
  while (next !== undefined) {
    ({ secrets, next } = await list(prefix, next));
    found.push(...secrets);
  }
  return sortOut(found);
}

async function hasGroups(prefix: string, list: ListSecrets): Promise<boolean> {
  let page = await list(prefix + GROUPS);
  while (page.secrets.length === 0 && page.next !== undefined) page = await list(prefix + GROUPS, page.next);
  return page.secrets.length > 0;
}

function sortOut(secrets: readonly ListedSecret[]): Listed {
  const singles = new Map<string, KeyTags>();
  const groups: string[] = [];
  for (const { name, tags } of secrets) {
    if (name.startsWith(GROUPS)) groups.push(name.slice(GROUPS.length));
    // What lies deeper belongs to a team with a prefix of its own.
    else if (name !== '' && !name.includes('/')) singles.set(name, tags);
  }
  return { singles, groups: groups.filter((name) => name !== '') };
}

async function readGroups(names: readonly string[], { prefix, readAll }: LookAround): Promise<KeyGroups> {
  const start = prefix + GROUPS;
  const groups = new Map<string, KeyGroup | PortalError>();
  await readAll(
    names.map((name) => start + name),
    parseGroup,
    (secret, read) => groups.set(secret.slice(start.length), asGroup(read)),
  );
  return groups;
}

/** @throws AwsUnavailableError where nobody answers at all */
function whyUnlisted(error: unknown, { end }: LookAround): Pick<KnownKeys, 'unlisted' | 'troubles'> {
  if (end?.()?.aborted) return { unlisted: unreadSecret(), troubles: [] };
  if (error instanceof AwsUnavailableError) throw error;
  const name = errorName(error);
  if (!/^(AccessDenied|NotAuthorized|UnauthorizedOperation)/.test(name)) {
    const trouble = `groups of keys could not be listed (${name}): single secrets alone are used in this run`;
    return { unlisted: secretError(name, 'the list of secrets'), troubles: [trouble] };
  }
  const trouble =
    'groups of keys can’t be listed, so single secrets alone are used: where keys are in groups, grant secretsmanager:ListSecrets on * to the role that this runs as';
  const message =
    'there is no secret for this portal, and groups of keys may not be listed: create one with its url and apiKey, or grant secretsmanager:ListSecrets on *';
  return { unlisted: new PortalError('KEY_NOT_FOUND', message), troubles: [trouble] };
}
