import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './aws-clients.ts';
import type { ConformanceWorld } from './conformance-world.ts';

const KEYS = [
  'a.yaml',
  'eu/fleet.yaml',
  'eu/nord/one.yaml',
  'eu/nord/two.yaml',
  'eu/south.yaml',
  'us/fleet.yaml',
  'z.yaml',
];

export function describeS3Listings({ clients, makeBucket, deviates }: ConformanceWorld): void {
  describe('S3 listings', () => {
    let Bucket: string;
    beforeAll(async () => {
      Bucket = await makeBucket();
      for (const Key of KEYS.toReversed()) {
        await clients().s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      }
    });
    const list = async (input: Omit<ListObjectsV2CommandInput, 'Bucket'>) => {
      const page = await clients().s3.send(new ListObjectsV2Command({ Bucket, ...input }));
      return {
        keys: page.Contents?.map(({ Key }) => Key) ?? [],
        prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
        page,
      };
    };

    it('lists all keys in order, with what is known of each', async () => {
      const { keys, page } = await list({});
      expect(keys).toEqual(KEYS);
      expect(page).toMatchObject({ Name: Bucket, KeyCount: 7, IsTruncated: false, MaxKeys: 1000 });
      expect(page.Contents?.[0]).toMatchObject({
        Size: 6,
        ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        LastModified: expect.any(Date),
      });
    });

    it.each<[string, Omit<ListObjectsV2CommandInput, 'Bucket'>, string[], string[]]>([
      ['a prefix', { Prefix: 'eu/nord/' }, ['eu/nord/one.yaml', 'eu/nord/two.yaml'], []],
      ['a prefix that ends inside a name', { Prefix: 'eu/s' }, ['eu/south.yaml'], []],
      ['a prefix nothing has', { Prefix: 'asia/' }, [], []],
      ['a delimiter', { Delimiter: '/' }, ['a.yaml', 'z.yaml'], ['eu/', 'us/']],
      ['both', { Delimiter: '/', Prefix: 'eu/' }, ['eu/fleet.yaml', 'eu/south.yaml'], ['eu/nord/']],
      ['a start', { StartAfter: 'eu/south.yaml' }, ['us/fleet.yaml', 'z.yaml'], []],
      ['a start that is no key', { StartAfter: 'eu/o', Prefix: 'eu/' }, ['eu/south.yaml'], []],
    ])('lists by %s', async (_what, input, keys, prefixes) => {
      expect(await list(input)).toMatchObject({ keys, prefixes });
    });

    it.each([
      { MaxKeys: 1, Delimiter: undefined, rows: KEYS },
      { MaxKeys: 3, Delimiter: undefined, rows: KEYS },
      { MaxKeys: 7, Delimiter: undefined, rows: KEYS },
      { MaxKeys: 1, Delimiter: '/', rows: ['a.yaml', 'eu/', 'us/', 'z.yaml'] },
      { MaxKeys: 3, Delimiter: '/', rows: ['a.yaml', 'eu/', 'us/', 'z.yaml'] },
    ])(
      'lists each row once in pages of $MaxKeys, delimiter $Delimiter',
      async ({ MaxKeys, Delimiter, rows }) => {
        const seen: (string | undefined)[] = [];
        let ContinuationToken: string | undefined;
        do {
          const { keys, prefixes, page } = await list({ MaxKeys, Delimiter, ContinuationToken });
          expect(keys.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
          expect(page.KeyCount).toBe(keys.length + prefixes.length);
          seen.push(...keys, ...prefixes);
          ContinuationToken = page.NextContinuationToken;
          expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
        } while (ContinuationToken !== undefined);
        expect(seen.toSorted()).toEqual(rows);
      },
    );

    it.skipIf(deviates('does not check continuation tokens'))(
      'refuses a continuation token it did not give',
      async () => {
        const refusal = await refusalOf(list({ ContinuationToken: 'nonsense' }));
        expect(refusal).toEqual({ name: 'InvalidArgument', status: 400 });
      },
    );

    it('encodes keys as in a form where that is asked for', async () => {
      const { s3 } = clients();
      const other = await makeBucket();
      const Key = 'eu/a b+c (ü).yaml';
      await s3.send(new PutObjectCommand({ Bucket: other, Key, Body: Key }));
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: other, EncodingType: 'url' }));
      expect(listed.EncodingType).toBe('url');
      const encoded = listed.Contents?.[0]?.Key ?? '';
      expect(encoded).toMatch(/^[\x21-\x7e]+$/);
      expect(encoded.startsWith('eu/')).toBe(true);
      expect(decodeURIComponent(encoded.replaceAll('+', ' '))).toBe(Key);
    });

    it('orders keys by their UTF-8 bytes', async () => {
      const { s3 } = clients();
      const other = await makeBucket();
      // In UTF-16 the emoji would come before the full-width letter.
      const ordered = ['B', 'a', 'é', '\uff21', '😀'];
      for (const Key of ordered.toReversed()) {
        await s3.send(new PutObjectCommand({ Bucket: other, Key, Body: Key }));
      }
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: other }));
      expect(listed.Contents?.map(({ Key }) => Key)).toEqual(ordered);
    });
  });
}
