import { createHash } from 'node:crypto';
import type { LocalS3, ObjectChange } from './local-s3.ts';
import { encodeKey } from './s3-key.ts';

/** Where the bucket is. */
export type EventPlace = { readonly region: string; readonly account: string };

const PLACE: EventPlace = { region: 'eu-west-1', account: '111122223333' };

export type S3EventBridgeEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created' | 'Object Deleted';
  readonly source: 'aws.s3';
  readonly account: string;
  /** In whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly version: '0';
    readonly bucket: { readonly name: string };
    readonly object: {
      /** As it is, not encoded. */
      readonly key: string;
      readonly size?: number;
      readonly etag?: string;
      readonly 'version-id'?: string;
      readonly sequencer: string;
    };
    readonly 'request-id': string;
    readonly requester: string;
    readonly 'source-ip-address': string;
    readonly reason: 'PutObject' | 'DeleteObject';
    readonly 'deletion-type'?: 'Delete Marker Created' | 'Permanently Deleted';
  };
};

export type S3NotificationRecord = {
  readonly eventVersion: string;
  readonly eventSource: 'aws:s3';
  readonly awsRegion: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly requestParameters: { readonly sourceIPAddress: string };
  readonly responseElements: { readonly 'x-amz-request-id': string; readonly 'x-amz-id-2': string };
  readonly s3: {
    readonly s3SchemaVersion: '1.0';
    readonly configurationId: string;
    readonly bucket: {
      readonly name: string;
      readonly ownerIdentity: { readonly principalId: string };
      readonly arn: string;
    };
    readonly object: {
      /** As in a form: a space is `+`. */
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      readonly sequencer: string;
    };
  };
};

export type S3TestEvent = {
  readonly Service: 'Amazon S3';
  readonly Event: 's3:TestEvent';
  readonly Time: string;
  readonly Bucket: string;
  readonly RequestId: string;
  readonly HostId: string;
};

/** The event as EventBridge hands it to a function. */
export function eventBridgeEvent(change: ObjectChange, place: EventPlace = PLACE): S3EventBridgeEvent {
  const deletion = DELETIONS[change.kind];
  return {
    version: '0',
    id: eventId(change),
    'detail-type': deletion ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    account: place.account,
    time: new Date(change.at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: place.region,
    resources: [`arn:aws:s3:::${change.bucket}`],
    detail: {
      version: '0',
      bucket: { name: change.bucket },
      object: {
        key: change.key,
        ...(change.size !== undefined && { size: change.size }),
        ...(change.etag !== undefined && { etag: change.etag }),
        ...(change.versionId !== undefined && { 'version-id': change.versionId }),
        sequencer: change.sequencer,
      },
      'request-id': change.requestId,
      requester: place.account,
      'source-ip-address': '127.0.0.1',
      reason: deletion ? 'DeleteObject' : 'PutObject',
      ...(deletion && { 'deletion-type': deletion }),
    },
  };
}

/** The event as a bucket notification hands it to a function: one or more changes. */
export function s3Notification(
  changes: readonly ObjectChange[],
  place: EventPlace = PLACE,
): { Records: S3NotificationRecord[] } {
  return { Records: changes.map((change) => notificationRecord(change, place)) };
}

/** What S3 sends once when a notification is set up: no Records at all. `at` in milliseconds since 1970. */
export function s3TestEvent(bucket: string, at = 0): S3TestEvent {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(at).toISOString(),
    Bucket: bucket,
    RequestId: '5582815E1AEA5ADF',
    HostId: 'local',
  };
}

/** Puts an object, and gives the event that EventBridge sends of it. */
export function putWithEvent(s3: LocalS3, bucket: string, key: string, text: string): S3EventBridgeEvent {
  let change: ObjectChange | undefined;
  const stop = s3.onChange((made) => {
    change = made;
  });
  s3.put(bucket, key, text);
  stop();
  if (!change) throw new Error(`${key} was put, and nobody was told`);
  return eventBridgeEvent(change);
}

// --- internal ---

const DELETIONS = {
  created: undefined,
  'delete-marker-created': 'Delete Marker Created',
  'permanently-deleted': 'Permanently Deleted',
} as const;

const EVENT_NAMES: Readonly<Record<ObjectChange['kind'], string>> = {
  created: 'ObjectCreated:Put',
  'delete-marker-created': 'ObjectRemoved:DeleteMarkerCreated',
  'permanently-deleted': 'ObjectRemoved:Delete',
};

function notificationRecord(change: ObjectChange, place: EventPlace): S3NotificationRecord {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: place.region,
    eventTime: new Date(change.at).toISOString(),
    eventName: EVENT_NAMES[change.kind],
    userIdentity: { principalId: `AWS:${place.account}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': change.requestId, 'x-amz-id-2': 'local' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'policies',
      bucket: {
        name: change.bucket,
        ownerIdentity: { principalId: place.account },
        arn: `arn:aws:s3:::${change.bucket}`,
      },
      object: {
        key: encodeKey(change.key),
        ...(change.size !== undefined && { size: change.size }),
        ...(change.etag !== undefined && { eTag: change.etag }),
        ...(change.versionId !== undefined && { versionId: change.versionId }),
        sequencer: change.sequencer,
      },
    },
  };
}

/** The same change has the same id, so that an event can be delivered twice as AWS does. */
function eventId(change: ObjectChange): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([change.bucket, change.key, change.sequencer]))
    .digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}
