import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './aws-clients.ts';
import type { ConformanceWorld } from './conformance-world.ts';

const AWKWARD_KEYS = [
  'with space.yaml',
  'a+b.yaml',
  '100%.yaml',
  '%41%2Fliteral.yaml',
  'ünïcödé/日本語.yaml',
  '😀/\uffee.yaml',
  '.hidden/.dots..yaml',
  'a//b.yaml',
  'folder/',
  "q'uote(1)!*~.yaml",
  'amp&<tag>"eq=?#;:@$,.yaml',
  ' space at both ends ',
  '[x]{y}|^`\\.yaml',
  'k'.repeat(1024),
];

/** Legal in S3, but servers like to fold them. */
const DOT_SEGMENTS = ['a/../b.yaml', './c.yaml', '../d.yaml', '/leading.yaml'];

export function describeS3Objects({ clients, makeBucket, deviates }: ConformanceWorld): void {
  describe('S3 objects', () => {
    it('gives back what was put, with its type, metadata and ETag', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const Body = 'version: 1\n';
      const put = await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'a.yaml',
          Body,
          ContentType: 'text/yaml',
          CacheControl: 'no-store',
          Metadata: { from: 'test' },
        }),
      );
      const etag = `"${createHash('md5').update(Body).digest('hex')}"`;
      expect(put.ETag).toBe(etag);
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a.yaml' }));
      expect(await got.Body?.transformToString()).toBe(Body);
      const expected = {
        ETag: etag,
        ContentType: 'text/yaml',
        CacheControl: 'no-store',
        ContentLength: 11,
        Metadata: { from: 'test' },
        VersionId: put.VersionId,
        LastModified: expect.any(Date),
      };
      expect(got).toMatchObject(expected);
      expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'a.yaml' }))).toMatchObject(expected);
    });

    const roundTrips = async (Key: string) => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(Key);
      const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
      expect(listed.Contents?.map((object) => object.Key)).toEqual([Key]);
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expect(await refusalOf(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
    };
    it.each(AWKWARD_KEYS.map((key) => ({ key })))('takes the key $key as it is', ({ key }) =>
      roundTrips(key),
    );
    it.each(DOT_SEGMENTS)('does not fold the key %s', roundTrips);

    it('keeps keys apart that look alike once decoded', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      for (const Key of ['a b', 'a+b', 'a%20b', 'a%2Bb']) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      }
      const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['a b', 'a%20b', 'a%2Bb', 'a+b']);
    });

    it.each([
      ['GetObject', 'NoSuchKey', (Bucket: string) => new GetObjectCommand({ Bucket, Key: 'none' })],
      ['HeadObject', 'NotFound', (Bucket: string) => new HeadObjectCommand({ Bucket, Key: 'none' })],
    ] as const)('answers %s of a missing key with 404 %s', async (_operation, name, command) => {
      const Bucket = await makeBucket();
      const { s3 } = clients();
      const call =
        name === 'NoSuchKey'
          ? s3.send(command(Bucket) as GetObjectCommand)
          : s3.send(command(Bucket) as HeadObjectCommand);
      expect(await refusalOf(call)).toEqual({ name, status: 404 });
    });

    it('answers NoSuchBucket to reads, writes and listings of a missing bucket', async () => {
      const { s3 } = clients();
      const Bucket = 'no-such-bucket-here';
      const expected = { name: 'NoSuchBucket', status: 404 };
      expect(await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key: 'a' })))).toEqual(expected);
      expect(await refusalOf(s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' })))).toEqual(
        expected,
      );
      expect(await refusalOf(s3.send(new ListObjectsV2Command({ Bucket })))).toEqual(expected);
    });

    it('deletes what is not there without an error', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket({ versioning: false });
      const { $metadata } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never' }));
      expect($metadata.httpStatusCode).toBe(204);
    });

    it('takes and gives empty bodies, and bodies of some megabytes', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      for (const Body of [Buffer.alloc(0), Buffer.alloc(3 * 2 ** 20, 'policy')]) {
        await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body }));
        const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [1]).equals(Body)).toBe(true);
      }
    });

    it.skipIf(deviates('keeps no checksums'))(
      'keeps the checksum that came with a PUT, and gives it with a GET',
      async () => {
        const { s3 } = clients();
        const Bucket = await makeBucket();
        const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '123456789' }));
        expect(put.ChecksumCRC32).toBe('y/Q5Jg==');
        const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
        expect(got.ChecksumCRC32).toBe('y/Q5Jg==');
        expect(await got.Body?.transformToString()).toBe('123456789');
      },
    );

    it.each([
      ['CRC32', 'ChecksumCRC32', 'y/Q5Jg=='],
      ['CRC32C', 'ChecksumCRC32C', '4waSgw=='],
      ['SHA1', 'ChecksumSHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
      ['SHA256', 'ChecksumSHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
    ] as const)('takes a streamed body with a trailing %s', async (ChecksumAlgorithm, member, sum) => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const Body = Readable.from([Buffer.from('1234'), Buffer.from('56789')]);
      const put = await s3.send(
        new PutObjectCommand({ Bucket, Key: 'a', Body, ContentLength: 9, ChecksumAlgorithm }),
      );
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
      expect(await got.Body?.transformToString()).toBe('123456789');
      expect(got.ContentEncoding ?? '').not.toContain('aws-chunked');
      if (deviates('keeps no checksums')) return;
      expect(put[member]).toBe(sum);
      expect(got[member]).toBe(sum);
    });

    it.skipIf(deviates('takes bodies that their checksum does not fit'))(
      'refuses a body that its checksum does not fit',
      async () => {
        const { s3 } = clients();
        const Bucket = await makeBucket();
        const wrong = new PutObjectCommand({ Bucket, Key: 'a', Body: 'abc', ChecksumCRC32: 'AAAAAA==' });
        expect(await refusalOf(s3.send(wrong))).toEqual({ name: 'BadDigest', status: 400 });
        expect(await refusalOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' })))).toMatchObject({
          status: 404,
        });
      },
    );
  });
}
