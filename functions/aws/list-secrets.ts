import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NO_TAGS } from '../model/key-tags.ts';
import type { KeyTags } from '../model/ports/key-list.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { outwaitThrottling, type Patience } from './outwait-throttling.ts';

export type ListedSecret = {
  /** Without what all of them begin with. */
  readonly name: string;
  readonly tags: KeyTags;
};

export type SecretsPage = {
  readonly secrets: readonly ListedSecret[];
  /** What the next page is asked for with; `undefined`: this is the last. */
  readonly next: string | undefined;
};

/** One call: up to a hundred of the secrets whose names begin so. Those that are marked for deletion are not told. */
export type ListSecrets = (start: string, next?: string) => Promise<SecretsPage>;

export type ListSecretsOptions = Patience & {
  readonly client: () => Promise<SecretsManagerClient>;
  readonly end: EndOfCalls | undefined;
};

export function openSecretsList({ client, end, ...patience }: ListSecretsOptions): ListSecrets {
  return async (start, next) => {
    const { ListSecretsCommand } = await import('@aws-sdk/client-secrets-manager');
    const Filters = [{ Key: 'name' as const, Values: [start] }];
    const page = await outwaitThrottling(patience, () => {
      const command = new ListSecretsCommand({
        Filters,
        MaxResults: MOST_A_PAGE,
        ...(next && { NextToken: next }),
      });
      return callAws(end, async (options) => (await client()).send(command, options));
    });
    const secrets: ListedSecret[] = [];
    for (const { Name = '', Tags = [] } of page.SecretList ?? []) {
      // The service knows no case in its filter, nor where words end: a name that only looks alike is nobody's here.
      if (Name.startsWith(start)) secrets.push({ name: Name.slice(start.length), tags: tagsOf(Tags) });
    }
    return { secrets, next: page.NextToken };
  };
}

// --- internal ---

/** What ListSecrets takes. */
const MOST_A_PAGE = 100;

type Tag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

function tagsOf(tags: readonly Tag[]): KeyTags {
  // Half a million secrets without tags share one map.
  return tags.length === 0 ? NO_TAGS : new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
