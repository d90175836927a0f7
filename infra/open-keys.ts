import { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { serviceStatements } from './key-statements.ts';
import type { PolicySyncProps } from './policy-sync-props.ts';
import type { Settings } from './settings.ts';

/**
 * Lets AWS's services use the keys that the app has in hand. Keys by ARN alone, and keys that the app only knows of, stay as
 * they are: their owners add it. The function needs no more there: a key that the CDK made leaves that to IAM, and naming
 * the function's role, which names the key, would make the two wait for each other.
 */
export function openKeys(scope: Construct, props: PolicySyncProps, settings: Settings): void {
  const { encryptionKey, queueKmsKey, topicKmsKey, logKmsKey } = props;
  const given = [encryptionKey, queueKmsKey, topicKmsKey, logKmsKey].filter(
    (key): key is IKey => typeof key === 'object',
  );
  const byArn = new Map(given.map((key) => [key.keyArn, key]));
  for (const { key, statement } of serviceStatements(Stack.of(scope), settings))
    byArn.get(key)?.addToResourcePolicy(statement, true);
}
