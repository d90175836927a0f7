import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import { type AwsClients, openClients } from './aws-clients.ts';
import { describeS3Conditions } from './conformance-s3-conditions.ts';
import { describeS3Listings } from './conformance-s3-listings.ts';
import { describeS3Objects } from './conformance-s3-objects.ts';
import { describeS3Versions } from './conformance-s3-versions.ts';
import { describeSecrets } from './conformance-secrets.ts';
import type { ConformanceWorld } from './conformance-world.ts';
import type { Deviation } from './known-deviations.ts';

/** Something that claims to answer as AWS does. */
export type EndpointDescription = {
  readonly name: string;
  open(): Promise<{ readonly url: string; close(): Promise<void> }>;
  readonly deviations?: readonly Deviation[];
};

/** The suite: only what real AWS does, and no look behind the wire. */
export function describeConformance(endpoint: EndpointDescription): void {
  describe(endpoint.name, () => {
    let opened: { readonly url: string; close(): Promise<void> };
    let clients: AwsClients;
    // The endpoint may still hold what an earlier run made.
    const run = randomUUID().slice(0, 8);
    let count = 0;

    beforeAll(async () => {
      opened = await endpoint.open();
      clients = openClients(opened.url);
    });
    afterAll(async () => {
      clients.destroy();
      await opened.close();
    });

    const freshName = (start: string): string => {
      count += 1;
      return `${start}-${run}-${count}`;
    };
    const world: ConformanceWorld = {
      clients: () => clients,
      freshName,
      makeBucket: async ({ versioning = true } = {}) => {
        const Bucket = freshName('bucket');
        await clients.s3.send(
          new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
        );
        const VersioningConfiguration = { Status: 'Enabled' } as const;
        if (versioning) {
          await clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
        }
        return Bucket;
      },
      deviates: (deviation) => endpoint.deviations?.includes(deviation) ?? false,
    };

    describeS3Objects(world);
    describeS3Versions(world);
    describeS3Listings(world);
    describeS3Conditions(world);
    describeSecrets(world);
  });
}
