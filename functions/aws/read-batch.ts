import type { BatchGetSecretValueResponse, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { PortalError } from '../model/portal-error.ts';
import { KeysUnreadableError } from '../model/portal-key.ts';
import { AwsUnavailableError } from '../model/run-failure.ts';
import { callAws, type EndOfCalls } from './aws-call.ts';
import { errorName } from './aws-failure.ts';
import type { CallPace } from './call-pace.ts';
import { isThrottling, outwaitThrottling, type Patience, pauseAfter } from './outwait-throttling.ts';
import { readSecret } from './read-secret.ts';
import { nameIn, type SecretValue, secretError, unreadSecret } from './secret-entry.ts';

export type BatchReaderOptions = Patience & {
  readonly client: () => Promise<SecretsManagerClient>;
  readonly end: EndOfCalls | undefined;
  readonly pace: CallPace;
};

/**
 * Reads up to 20 secrets by their names, each value by `parse`; every name is told of. A call that fails is the failure
 * of all its portals, but for the first one of a run: what is refused there for everybody is the run's own.
 * @throws RunFailure of the first batch
 */
export type BatchReader = <T>(
  names: readonly string[],
  isFirst: boolean,
  parse: Parse<T>,
) => Promise<ReadonlyMap<string, T | PortalError>>;

export type Parse<T> = (value: SecretValue) => T;

export function openBatchReader(options: BatchReaderOptions): BatchReader {
  return async <T>(names: readonly string[], isFirst: boolean, parse: Parse<T>) => {
    const batch = new Map<string, T | PortalError>();
    try {
      for (const name of await readPatiently(names, options, batch, parse))
        batch.set(name, secretError('ThrottlingException'));
      // A name that nothing was said of, or in words not understood, may be missing or denied: that one is asked for alone.
      for (const name of names) {
        if (!batch.has(name)) batch.set(name, await readSecret(name, parse, options));
      }
    } catch (error) {
      const isOver = options.end?.()?.aborted === true;
      if (isFirst && !isOver) throwIfNobodys(error);
      for (const name of names) {
        if (!batch.has(name)) batch.set(name, isOver ? unreadSecret() : secretError(errorName(error)));
      }
    }
    return batch;
  };
}

// --- internal ---

/** Where a call went well, but for some of its secrets: all of a run wait for these. */
const TRIES_OF_SOME = 4;

type Page = BatchGetSecretValueResponse;

async function readPages(
  names: readonly string[],
  options: BatchReaderOptions,
  onPage: (page: Page) => void,
): Promise<void> {
  let NextToken: string | undefined;
  // Each page has a secret or an error at least: more pages than names are somebody's mistake.
  for (let pages = 0; pages <= names.length; pages++) {
    const page = await readPage({ SecretIdList: [...names], ...(NextToken && { NextToken }) }, options);
    onPage(page);
    NextToken = page.NextToken;
    if (!NextToken) return;
  }
}

async function readPage(
  input: { SecretIdList: string[]; NextToken?: string },
  options: BatchReaderOptions,
): Promise<Page> {
  const { BatchGetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  return outwaitThrottling(options, async () => {
    await options.pace();
    const command = new BatchGetSecretValueCommand(input);
    return callAws(options.end, async (send) => (await options.client()).send(command, send));
  });
}

/**
 * The secrets of a batch, and those again of which a page said that there were too many calls for them.
 * @returns those for which there still were
 */
async function readPatiently<T>(
  names: readonly string[],
  options: BatchReaderOptions,
  batch: Map<string, T | PortalError>,
  parse: Parse<T>,
): Promise<readonly string[]> {
  let open = names;
  for (let tries = 1; ; tries++) {
    const throttled = new Set<string>();
    await readPages(open, options, (page) => takePage(page, open, batch, { parse, throttled }));
    open = [...throttled];
    if (open.length === 0 || tries === TRIES_OF_SOME) return open;
    await pauseAfter(tries, options);
  }
}

function takePage<T>(
  { SecretValues, Errors }: Page,
  names: readonly string[],
  batch: Map<string, T | PortalError>,
  { parse, throttled }: { readonly parse: Parse<T>; readonly throttled: Set<string> },
): void {
  for (const { Name = '', ARN = '', ...value } of SecretValues ?? []) {
    const name = nameIn(Name, names) ?? nameIn(ARN, names);
    if (name !== undefined) batch.set(name, parse(value));
  }
  for (const { SecretId = '', ErrorCode } of Errors ?? []) {
    const name = nameIn(SecretId, names);
    if (name === undefined) continue;
    if (isThrottling(ErrorCode)) throttled.add(name);
    else batch.set(name, secretError(ErrorCode));
  }
}

/** Whether a call failed as it would for every portal: no way to AWS, no login, no permission. */
function throwIfNobodys(error: unknown): void {
  if (error instanceof AwsUnavailableError) throw error;
  if (!(error instanceof Error) || !/^(AccessDenied|NotAuthorized|UnauthorizedOperation)/.test(error.name))
    return;
  // The service says which action it was; nothing else of its text is shown.
  const said = /not authorized to perform:? ((?:secretsmanager|kms):\w{1,60})/.exec(error.message)?.[1];
  const action = said ?? 'secretsmanager:BatchGetSecretValue';
  const where = action.startsWith('kms:')
    ? 'the key of the secrets'
    : '*, beside secretsmanager:GetSecretValue on the secrets';
  const isForbidden = /explicit deny/i.test(error.message);
  const denied = isForbidden ? '; a policy denies it explicitly, and that goes before any grant' : '';
  throw new KeysUnreadableError(
    `the portals' keys cannot be read from Secrets Manager (${errorName(error)}): grant ${action} on ${where}, to the role that this runs as${denied}`,
    { cause: error },
  );
}
