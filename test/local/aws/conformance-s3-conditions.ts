import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './aws-clients.ts';
import type { ConformanceWorld } from './conformance-world.ts';

const FAILED = { name: 'PreconditionFailed', status: 412 };

export function describeS3Conditions({ clients, makeBucket }: ConformanceWorld): void {
  const put = (Bucket: string, Body: string, condition: Partial<PutObjectCommandInput> = {}) =>
    clients().s3.send(new PutObjectCommand({ Bucket, Key: 'lease', Body, ...condition }));
  const read = async (Bucket: string): Promise<string | undefined> => {
    const got = await clients().s3.send(new GetObjectCommand({ Bucket, Key: 'lease' }));
    return got.Body?.transformToString();
  };

  describe('S3 conditions', () => {
    it('makes an object once under If-None-Match: *', async () => {
      const Bucket = await makeBucket();
      await put(Bucket, 'mine', { IfNoneMatch: '*' });
      expect(await refusalOf(put(Bucket, 'theirs', { IfNoneMatch: '*' }))).toEqual(FAILED);
      expect(await read(Bucket)).toBe('mine');
    });

    it('lets exactly one of many win who write at once under If-None-Match: *', async () => {
      const Bucket = await makeBucket();
      const bodies = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
      const settled = await Promise.allSettled(bodies.map((body) => put(Bucket, body, { IfNoneMatch: '*' })));
      const winners = bodies.filter((_, index) => settled[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(await read(Bucket)).toBe(winners[0]);
      for (const result of settled) {
        // Real S3 may also answer 409 while the other write is under way.
        if (result.status === 'rejected') {
          expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(result.reason.name);
        }
      }
    });

    it('lets exactly one of many win who replace the same version under If-Match', async () => {
      const Bucket = await makeBucket();
      const { ETag } = await put(Bucket, 'free');
      const bodies = Array.from({ length: 8 }, (_, index) => `taker ${index}`);
      const settled = await Promise.allSettled(bodies.map((body) => put(Bucket, body, { IfMatch: ETag })));
      const winners = bodies.filter((_, index) => settled[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(await read(Bucket)).toBe(winners[0]);
    });

    it('makes an object again under If-None-Match: * after a delete marker', async () => {
      const Bucket = await makeBucket();
      await put(Bucket, 'old');
      await clients().s3.send(new DeleteObjectCommand({ Bucket, Key: 'lease' }));
      await put(Bucket, 'new', { IfNoneMatch: '*' });
      expect(await read(Bucket)).toBe('new');
    });

    it('replaces under If-Match what still has that ETag, and nothing else', async () => {
      const Bucket = await makeBucket();
      const first = await put(Bucket, 'one');
      const second = await put(Bucket, 'two', { IfMatch: first.ETag });
      expect(await refusalOf(put(Bucket, 'three', { IfMatch: first.ETag }))).toEqual(FAILED);
      expect(await read(Bucket)).toBe('two');
      await put(Bucket, 'three', { IfMatch: second.ETag });
      expect(await read(Bucket)).toBe('three');
    });

    it('answers NoSuchKey to If-Match where there is nothing, or a delete marker', async () => {
      const Bucket = await makeBucket();
      const IfMatch = '"00000000000000000000000000000000"';
      expect(await refusalOf(put(Bucket, 'one', { IfMatch }))).toEqual({ name: 'NoSuchKey', status: 404 });
      const { ETag } = await put(Bucket, 'one');
      await clients().s3.send(new DeleteObjectCommand({ Bucket, Key: 'lease' }));
      expect(await refusalOf(put(Bucket, 'two', { IfMatch: ETag }))).toEqual({
        name: 'NoSuchKey',
        status: 404,
      });
    });

    it('answers 304 to a GET of what the caller has, and 412 to one of what it no longer is', async () => {
      const { s3 } = clients();
      const Bucket = await makeBucket();
      const { ETag: old } = await put(Bucket, 'one');
      const { ETag } = await put(Bucket, 'two');
      const get = (condition: { IfMatch?: string; IfNoneMatch?: string }) =>
        s3.send(new GetObjectCommand({ Bucket, Key: 'lease', ...condition }));
      expect(await refusalOf(get({ IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
      expect(await refusalOf(get({ IfMatch: old }))).toEqual(FAILED);
      expect(await (await get({ IfNoneMatch: old })).Body?.transformToString()).toBe('two');
      expect(await (await get({ IfMatch: ETag })).Body?.transformToString()).toBe('two');
    });
  });
}
