import { expect, it } from 'vitest';
import type { ObjectChange } from '../../../local/aws/local-s3.ts';
import { eventBridgeEvent, s3Notification, s3TestEvent } from '../../../local/aws/object-events.ts';

const CREATED: ObjectChange = {
  kind: 'created',
  bucket: 'acme-policies',
  key: 'policies/eu/a b+c (ü).yaml',
  versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
  etag: 'b1946ac92492d2347c6235b4d2611184',
  size: 5,
  sequencer: '006922F8C000000001',
  at: Date.parse('2026-11-23T12:00:00.250Z'),
  requestId: 'N4N7GDK58NMKJ12R',
};
const MARKED: ObjectChange = {
  kind: 'delete-marker-created',
  bucket: 'acme-policies',
  key: 'policies/fleet.yaml',
  versionId: '1QW9g1Z99LUNbvaaYVpW9xDlOLU.qxgF',
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  sequencer: '006922F8C000000002',
  at: CREATED.at,
  requestId: '0BH729840619AG5K',
};
const DELETED: ObjectChange = {
  kind: 'permanently-deleted',
  bucket: 'acme-policies',
  key: 'policies/fleet.yaml',
  sequencer: '006922F8C000000003',
  at: CREATED.at,
  requestId: '0BH729840619AG5L',
};

it('builds the event EventBridge sends of a created object, with its key as it is', () => {
  expect(eventBridgeEvent(CREATED, { region: 'eu-central-1', account: '123456789012' })).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-11-23T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:s3:::acme-policies'],
    detail: {
      version: '0',
      bucket: { name: 'acme-policies' },
      object: {
        key: 'policies/eu/a b+c (ü).yaml',
        size: 5,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
        sequencer: '006922F8C000000001',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  });
});

it('builds the events EventBridge sends of deletions', () => {
  const marked = eventBridgeEvent(MARKED);
  expect(marked['detail-type']).toBe('Object Deleted');
  expect(marked.detail).toMatchObject({
    reason: 'DeleteObject',
    'deletion-type': 'Delete Marker Created',
    object: { etag: 'd41d8cd98f00b204e9800998ecf8427e', 'version-id': MARKED.versionId },
  });
  expect(marked.detail.object).not.toHaveProperty('size');
  const deleted = eventBridgeEvent(DELETED);
  expect(deleted.detail['deletion-type']).toBe('Permanently Deleted');
  expect(deleted.detail.object).toEqual({ key: 'policies/fleet.yaml', sequencer: '006922F8C000000003' });
});

it('gives the same change the same id, and another change another', () => {
  expect(eventBridgeEvent(CREATED).id).toBe(eventBridgeEvent({ ...CREATED }).id);
  expect(eventBridgeEvent(MARKED).id).not.toBe(eventBridgeEvent(DELETED).id);
});

it('builds the notification a bucket sends, with keys encoded as in a form', () => {
  const { Records } = s3Notification([CREATED, MARKED, DELETED]);
  expect(Records.map(({ eventName }) => eventName)).toEqual([
    'ObjectCreated:Put',
    'ObjectRemoved:DeleteMarkerCreated',
    'ObjectRemoved:Delete',
  ]);
  expect(Records[0]).toMatchObject({
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-23T12:00:00.250Z',
    s3: {
      s3SchemaVersion: '1.0',
      bucket: { name: 'acme-policies', arn: 'arn:aws:s3:::acme-policies' },
      object: {
        key: 'policies/eu/a+b%2Bc+%28%C3%BC%29.yaml',
        size: 5,
        eTag: 'b1946ac92492d2347c6235b4d2611184',
        versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
        sequencer: '006922F8C000000001',
      },
    },
  });
  expect(Records[2]?.s3.object).toEqual({ key: 'policies/fleet.yaml', sequencer: '006922F8C000000003' });
});

it('builds the test event, which has no Records', () => {
  const event = s3TestEvent('acme-policies', CREATED.at);
  expect(event).toMatchObject({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Bucket: 'acme-policies',
    Time: '2026-11-23T12:00:00.250Z',
  });
  expect(event).not.toHaveProperty('Records');
});
