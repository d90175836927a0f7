import { describe, expect, test } from 'vitest';
import { destinationOf, isAllowedDestination } from '../../../functions/model/destination-rules.ts';
import type { BackupSchedule, StorageType } from '../../../functions/model/schedule.ts';

const schedule = (storageType: StorageType, params: Record<string, string> = {}): BackupSchedule => ({
  storageType,
  storageParams: new Map(Object.entries(params)),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
});
const s3 = (params: Record<string, string>) => schedule('ThirdPartyConsumer', { module: 's3', ...params });

describe('a destination', () => {
  test.each([
    ['a type alone', schedule('Documents', { folderId: '7' }), ['Documents'], true],
    ['another type', schedule('Local', { filePath: '/b' }), ['Documents', 'DataStore'], false],
    [
      'the wire’s spelling by the readable one',
      schedule('ThridpartyDocuments'),
      ['ThirdPartyDocuments'],
      true,
    ],
    ['a path by its pattern', schedule('Local', { filePath: '/backups/acme' }), ['Local:/backups/*'], true],
    ['a path elsewhere', schedule('Local', { filePath: '/etc' }), ['Local:/backups/*'], false],
    ['any consumer', s3({ bucket: 'x' }), ['ThirdPartyConsumer'], true],
    ['any bucket', s3({ bucket: 'x' }), ['ThirdPartyConsumer:s3'], true],
    [
      'a bucket by its pattern',
      s3({ bucket: 'acme-backups-eu' }),
      ['ThirdPartyConsumer:s3:acme-backups-*'],
      true,
    ],
    ['a bucket of somebody’s', s3({ bucket: 'evil' }), ['ThirdPartyConsumer:s3:acme-backups-*'], false],
    [
      'a bucket that only ends alike',
      s3({ bucket: 'evil-acme-backups-1' }),
      ['ThirdPartyConsumer:s3:acme-backups-*'],
      false,
    ],
    [
      'another module',
      schedule('ThirdPartyConsumer', { module: 'GoogleCloud', bucket: 'acme-backups-1' }),
      ['ThirdPartyConsumer:s3:acme-backups-*'],
      false,
    ],
    [
      'our bucket’s name at another service',
      s3({ bucket: 'acme-backups-1', serviceurl: 'https://evil.example' }),
      ['ThirdPartyConsumer:s3:acme-backups-*'],
      false,
    ],
    [
      'a second bucket behind another spelling',
      s3({ bucket: 'acme-backups-1', Bucket: 'evil' }),
      ['ThirdPartyConsumer:s3:acme-backups-1'],
      false,
    ],
    [
      'a service that is allowed',
      s3({ bucket: 'b', serviceurl: 'https://s3.acme.example/x' }),
      ['ThirdPartyConsumer:s3:b@s3.acme.example'],
      true,
    ],
    ['a module in any case', s3({ bucket: 'b' }), ['ThirdPartyConsumer:S3:b'], true],
    [
      'a module of a portal in any case',
      schedule('ThirdPartyConsumer', { module: 'S3', bucket: 'b' }),
      ['ThirdPartyConsumer:s3:b'],
      true,
    ],
    ['a bucket in its own case alone', s3({ bucket: 'B' }), ['ThirdPartyConsumer:s3:b'], false],
    ...[
      'https://minio.acme.com',
      'https://MINIO.acme.com/',
      'https://minio.acme.com:9000',
      'http://minio.acme.com/x',
    ].map(
      (serviceurl) =>
        [
          `the service that an entry names, as ${serviceurl}`,
          s3({ bucket: 'b', serviceurl }),
          ['ThirdPartyConsumer:s3:b@minio.acme.com'],
          true,
        ] as const,
    ),
    ...[
      'https://evil.com',
      'https://minio.acme.com.evil.com',
      'https://minio.acme.com@evil.com',
      'https://evil.com#@minio.acme.com',
      'https://evil.com\\@minio.acme.com',
      'https://evil.com/@minio.acme.com',
      'https://evil.com?@minio.acme.com',
      'https:\\\\evil.com',
      '//minio.acme.com',
      'minio.acme.com',
      'https://mi\tnio.acme.com',
    ].map(
      (serviceurl) =>
        [
          `no service that says so alone, ${JSON.stringify(serviceurl)}`,
          s3({ bucket: 'b', serviceurl }),
          ['ThirdPartyConsumer:s3:b@minio.acme.com'],
          false,
        ] as const,
    ),
    [
      'another port than the one that is named',
      s3({ bucket: 'b', serviceurl: 'https://minio.acme.com:9001' }),
      ['ThirdPartyConsumer:s3:b@minio.acme.com:9000'],
      false,
    ],
    [
      'a service where an entry names a module alone',
      s3({ bucket: 'b', serviceurl: 'https://evil.com' }),
      ['ThirdPartyConsumer:s3', 'ThirdPartyConsumer:s3:*'],
      false,
    ],
    ['a service that is empty', s3({ bucket: 'b', serviceurl: '' }), ['ThirdPartyConsumer:s3:b'], true],
    [
      'a region that becomes a host',
      s3({ bucket: 'b', region: 'x.evil.com/' }),
      ['ThirdPartyConsumer:s3:b'],
      false,
    ],
    [
      'a region that becomes a user',
      s3({ bucket: 'b', region: 'x@evil.com' }),
      ['ThirdPartyConsumer:s3:b'],
      false,
    ],
    ['a bucket with a slash', s3({ bucket: 'acme-1/../evil' }), ['ThirdPartyConsumer:s3:acme-*'], false],
    [
      'a path that leads upwards',
      schedule('Local', { filePath: '/backups/../..' }),
      ['Local:/backups/*'],
      false,
    ],
    [
      'a path that leads upwards at last',
      schedule('Local', { filePath: '/backups/a/..' }),
      ['Local:/backups/*'],
      false,
    ],
    [
      'a Windows path that leads upwards',
      schedule('Local', { filePath: '/backups/a\\..\\..' }),
      ['Local:/backups/*'],
      false,
    ],
    [
      'a path with dots in a name',
      schedule('Local', { filePath: '/backups/a..b' }),
      ['Local:/backups/*'],
      true,
    ],
    ['a pattern’s dot for a dot alone', s3({ bucket: 'axb' }), ['ThirdPartyConsumer:s3:a.b'], false],
    ['anything without rules', s3({ bucket: 'x' }), undefined, true],
    ['nothing with none allowed', schedule('DataStore'), [], false],
  ] as [string, BackupSchedule, string[] | undefined, boolean][])('%s', (_, wanted, rules, allowed) => {
    expect(isAllowedDestination(wanted, rules)).toBe(allowed);
  });
});

test('a destination is told without the user of an address', () => {
  const told = destinationOf(s3({ bucket: 'b', serviceurl: 'https://admin:hunter2@minio.acme.com' }));
  expect(told).not.toContain('hunter2');
  expect(told).toContain('ThirdPartyConsumer:s3:b@');
});
