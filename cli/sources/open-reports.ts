import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { REPORTS } from '../../functions/model/policy-ref.ts';
import type { PolicyBucket, StoredObject } from '../../functions/model/ports/policy-bucket.ts';
import { printable } from '../../functions/model/printable.ts';
import { RunFailure } from '../../functions/model/run-failure.ts';
import type { PageBucket } from '../../functions/report/page/gather-page.ts';
import { MOST_REPORT_BYTES } from '../../functions/report/read-report.ts';
import type { OpenBucket } from '../world.ts';
import { type BucketCall, bucketProblem } from './bucket-problem.ts';

/** The stored reports of a deployment, or of a copy of its bucket. */
export type Reports = {
  /** The keys of all objects that begin with `prefix`, which begins with `reports/`; sorted. */
  list(prefix: string): Promise<string[]>;
  /** `undefined`: there is none, or it is bigger than any report. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** The same for a page, and of a bucket the policies too. A copy of a bucket knows nothing of versions. */
  readonly page: PageBucket;
};

/** The place can't be read at all. Its message is safe to print. */
export class ReportsUnreadableError extends RunFailure {
  override readonly name = 'ReportsUnreadableError';
  readonly code = 'REPORTS_UNREADABLE';
}

/**
 * @param place `s3://bucket`, or a folder: one that holds `reports/`, or that one itself
 * @throws ReportsUnreadableError here, and from both calls; AwsUnavailableError from these
 */
export async function openReports(place: string, openBucket: OpenBucket): Promise<Reports> {
  const bucket = /^s3:\/\/([^/]+)\/?$/.exec(place)?.[1];
  return bucket === undefined ? openFolder(place) : inBucket(openBucket(bucket), bucket);
}

// --- internal ---

function inBucket(bucket: PolicyBucket, name: string): Reports {
  const failed = (call: BucketCall) => (error: unknown) => {
    if (error instanceof RunFailure) throw error;
    const problem = `the bucket's reports cannot be read ${bucketProblem(error, call)}`;
    throw new ReportsUnreadableError(printable(problem, 600));
  };
  const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${name}` };
  const read = { action: 's3:GetObject', resource: `arn:aws:s3:::${name}/${REPORTS}*` };
  return {
    list: async (prefix) => (await bucket.list(prefix).catch(failed(list))).map(({ key }) => key),
    read: async (key) => (await bucket.read(key, MOST_REPORT_BYTES).catch(failed(read)))?.bytes,
    page: bucket,
  };
}

async function openFolder(place: string): Promise<Reports> {
  const inner = join(place, REPORTS);
  const root = (await isFolder(inner)) ? inner : place;
  if (!(await isFolder(root))) throw new ReportsUnreadableError('there is no such folder of reports');
  const pathOf = (key: string) => join(root, key.slice(REPORTS.length));
  const failed = (error: unknown): never => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ReportsUnreadableError(`the folder's reports cannot be read (${code})`);
  };
  const read: Reports['read'] = async (key) => {
    const found = await stat(pathOf(key)).catch(() => undefined);
    if (!found || found.size > MOST_REPORT_BYTES) return undefined;
    return readFile(pathOf(key)).catch(failed);
  };
  return {
    list: async (prefix) => {
      const keys = await walk(root, REPORTS).catch(failed);
      return keys.filter((key) => key.startsWith(prefix)).sort();
    },
    read,
    page: { read: async (key) => unversioned(key.startsWith(REPORTS) ? await read(key) : undefined) },
  };
}

function unversioned(bytes: Uint8Array | undefined): StoredObject | undefined {
  return bytes && { bytes, etag: '', version: '', modifiedAt: new Date(0), isVersioned: false };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Links are not followed: they may lead round and round. */
async function walk(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.map((entry) => {
    if (entry.isDirectory()) return walk(join(folder, entry.name), `${prefix}${entry.name}/`);
    return entry.isFile() ? [`${prefix}${entry.name}`] : [];
  });
  return (await Promise.all(below)).flat();
}
