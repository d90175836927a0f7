import { PAGE_KEY, TODAY_KEY } from '../../model/policy-ref.ts';
import type { PolicyBucket } from '../../model/ports/policy-bucket.ts';
import type { StoredReport } from '../read-report.ts';
import { gatherPage } from './gather-page.ts';
import type { PageData } from './page-data.ts';
import { writePage } from './write-page.ts';
import { writeToday } from './write-today.ts';

/**
 * Makes the page of all policies, and the same in words, in place of the last ones. Where somebody else wrote one
 * meanwhile, that one stays: it was made as late as this one, and the next run makes another.
 * If the process dies before: the last page stays, and says when it was made.
 * @param onReport told of each report that the page is made of
 */
export async function storePage(
  policies: readonly string[],
  bucket: PolicyBucket,
  now: Date,
  onReport?: (report: StoredReport) => void,
): Promise<PageData> {
  const [page, today] = await Promise.all([bucket.look(PAGE_KEY), bucket.look(TODAY_KEY)]);
  const data = await gatherPage(policies, bucket, now, onReport);
  await bucket.write(PAGE_KEY, writePage(data), page ? { etag: page.etag } : 'new');
  await bucket.write(TODAY_KEY, writeToday(data), today ? { etag: today.etag } : 'new');
  return data;
}
