import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './aws-clients.ts';
import type { ConformanceWorld } from './conformance-world.ts';

export function describeS3Versions({ clients, makeBucket, deviates }: ConformanceWorld): void {
  const put = async (Bucket: string, Key: string, Body: string): Promise<string | undefined> => {
    const { VersionId } = await clients().s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return VersionId;
  };
  const read = async (Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> => {
    const got = await clients().s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return got.Body?.transformToString();
  };

  describe('S3 versions', () => {
    it('keeps every version, and reads the newest unless one is named', async () => {
      const Bucket = await makeBucket();
      const first = await put(Bucket, 'a', 'one');
      const second = await put(Bucket, 'a', 'two');
      expect(first).toBeTruthy();
      expect(second).not.toBe(first);
      expect(await read(Bucket, 'a')).toBe('two');
      expect(await read(Bucket, 'a', first)).toBe('one');
      const head = await clients().s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
      expect(head.VersionId).toBe(second);
    });

    it('deletes by a marker, and gives the object back when the marker is deleted', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const version = await put(Bucket, 'a', 'one');
      const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
      expect(await refusalOf(read(Bucket, 'a'))).toEqual({ name: 'NoSuchKey', status: 404 });
      expect(await read(Bucket, 'a', version)).toBe('one');
      const undone = await s3.send(
        new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: marker.VersionId }),
      );
      expect(undone.VersionId).toBe(marker.VersionId);
      if (!deviates('does not tell that a deleted version was a marker'))
        expect(undone.DeleteMarker).toBe(true);
      expect(await read(Bucket, 'a')).toBe('one');
    });

    it.skipIf(deviates('answers 404 to a version that is a delete marker'))(
      'answers 405 to a read of a version that is a delete marker',
      async () => {
        const Bucket = await makeBucket();
        const marker = await clients().s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
        const refusal = await refusalOf(read(Bucket, 'a', marker.VersionId));
        expect(refusal).toEqual({ name: 'MethodNotAllowed', status: 405 });
      },
    );

    it('answers NoSuchVersion to a version that is gone for good, and the older one becomes current', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      await put(Bucket, 'a', 'one');
      const VersionId = await put(Bucket, 'a', 'two');
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
      expect(await refusalOf(read(Bucket, 'a', VersionId))).toEqual({ name: 'NoSuchVersion', status: 404 });
      expect(await read(Bucket, 'a')).toBe('one');
    });

    it('says whether a bucket keeps versions, and gives no version ids where it does not', async () => {
      const { s3 } = clients();
      const versioned = await makeBucket();
      const plain = await makeBucket({ versioning: false });
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket: versioned }))).Status).toBe('Enabled');
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket: plain }))).Status).toBeUndefined();
      expect(await put(plain, 'a', 'one')).toBeUndefined();
      expect(await put(plain, 'a', 'two')).toBeUndefined();
      const head = await s3.send(new HeadObjectCommand({ Bucket: plain, Key: 'a' }));
      expect(head.VersionId).toBeUndefined();
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: plain }));
      expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual(['null']);
      await s3.send(new DeleteObjectCommand({ Bucket: plain, Key: 'a' }));
      expect(await refusalOf(read(plain, 'a'))).toEqual({ name: 'NoSuchKey', status: 404 });
    });

    it('lists versions by key, newest first, with the delete markers', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const b1 = await put(Bucket, 'b', 'one');
      const a1 = await put(Bucket, 'a', 'one');
      const a2 = await put(Bucket, 'a', 'two two');
      const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect(listed.Versions).toMatchObject([
        { Key: 'a', VersionId: a2, IsLatest: false, Size: 7 },
        { Key: 'a', VersionId: a1, IsLatest: false, Size: 3 },
        { Key: 'b', VersionId: b1, IsLatest: true, Size: 3 },
      ]);
      expect(listed.DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: marker, IsLatest: true }]);
      expect(listed.IsTruncated).toBe(false);
    });

    it.each([1, 2, 3])('lists every version once in pages of %i', async (MaxKeys) => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const written: unknown[] = [];
      for (const key of ['p/a', 'p/a', 'p/a', 'p/b', 'p/c', 'p/c'])
        written.unshift(await put(Bucket, key, key));
      await put(Bucket, 'q/other', 'x');
      const seen: unknown[] = [];
      let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
      for (;;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'p/', MaxKeys, ...from }));
        expect(page.Versions?.length ?? 0).toBeLessThanOrEqual(MaxKeys);
        seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
        if (!page.IsTruncated) break;
        from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      expect(seen).toHaveLength(written.length);
      expect(new Set(seen)).toEqual(new Set(written));
    });
  });
}
