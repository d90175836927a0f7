import { describe, expect, test } from 'vitest';
import { isAllowedDestination } from '../../../functions/model/destination-rules.ts';
import type { BackupSchedule, StorageType } from '../../../functions/model/schedule.ts';

const schedule = (storageType: StorageType, params: Record<string, string> = {}): BackupSchedule => ({
  storageType,
  storageParams: new Map(Object.entries(params)),
  backupsStored: 7,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
});
const s3 = (params: Record<string, string>) => schedule('ThirdPartyConsumer', { module: 'S3', ...params });

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
    ['any bucket', s3({ bucket: 'x' }), ['ThirdPartyConsumer:S3'], true],
    [
      'a bucket by its pattern',
      s3({ bucket: 'acme-backups-eu' }),
      ['ThirdPartyConsumer:S3:acme-backups-*'],
      true,
    ],
    ['a bucket of somebody’s', s3({ bucket: 'evil' }), ['ThirdPartyConsumer:S3:acme-backups-*'], false],
    [
      'a bucket that only ends alike',
      s3({ bucket: 'evil-acme-backups-1' }),
      ['ThirdPartyConsumer:S3:acme-backups-*'],
      false,
    ],
    [
      'another module',
      schedule('ThirdPartyConsumer', { module: 'GoogleCloud', bucket: 'acme-backups-1' }),
      ['ThirdPartyConsumer:S3:acme-backups-*'],
      false,
    ],
    [
      'our bucket’s name at another service',
      s3({ bucket: 'acme-backups-1', serviceurl: 'https://evil.example' }),
      ['ThirdPartyConsumer:S3:acme-backups-*'],
      false,
    ],
    [
      'a second bucket behind another spelling',
      s3({ bucket: 'acme-backups-1', Bucket: 'evil' }),
      ['ThirdPartyConsumer:S3:acme-backups-1'],
      false,
    ],
    [
      'a service that is allowed',
      s3({ bucket: 'b', serviceurl: 'https://s3.acme.example/x' }),
      ['ThirdPartyConsumer:S3:b@s3.acme.example'],
      true,
    ],
    ['a pattern’s dot for a dot alone', s3({ bucket: 'axb' }), ['ThirdPartyConsumer:S3:a.b'], false],
    ['anything without rules', s3({ bucket: 'x' }), undefined, true],
    ['nothing with none allowed', schedule('DataStore'), [], false],
  ])('%s', (_, wanted, rules, allowed) => {
    expect(isAllowedDestination(wanted, rules)).toBe(allowed);
  });
});
