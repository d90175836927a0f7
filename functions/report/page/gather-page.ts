import { daysKey, latestReportKey, policyNameOf } from '../../model/policy-ref.ts';
import type { PolicyBucket } from '../../model/ports/policy-bucket.ts';
import { openExplainer } from '../../policy/explain-portal.ts';
import type { Explanation } from '../../policy/explanation.ts';
import { MOST_DAYS_BYTES, readDays } from '../keep-days.ts';
import { MOST_REPORT_BYTES, readReport, type StoredReport } from '../read-report.ts';
import { collectPage } from './collect-page.ts';
import type { PageData } from './page-data.ts';

/** As much of a bucket as a page needs. */
export type PageBucket = Pick<PolicyBucket, 'read'>;

/**
 * Reads what is known of a fleet, one policy after the other, so that no two reports are held at once.
 * What can't be read stands on the page as unknown: a page that is made says what it does not know.
 * @param policies names
 */
export async function gatherPage(
  policies: readonly string[],
  bucket: PageBucket,
  now: Date,
  onReport?: (report: StoredReport) => void,
): Promise<PageData> {
  const page = collectPage(now);
  for (const policy of policies) {
    const found = await bucket
      .read(latestReportKey(policy), MOST_REPORT_BYTES)
      .catch(() => 'unreadable' as const);
    if (found === 'unreadable') {
      page.addUnknown(policy, 'its report can’t be read');
      continue;
    }
    const report = readReport(found?.bytes, found?.modifiedAt ?? now);
    if (!report) {
      page.addUnknown(policy, found ? 'its report is damaged, or none of ours' : 'has no report yet');
      continue;
    }
    onReport?.(report);
    const days = await bucket.read(daysKey(policy), MOST_DAYS_BYTES).catch(() => undefined);
    const explain = await explainerOf(policy, report, bucket).catch(() => undefined);
    page.addPolicy(policy, { report, days: readDays(days?.bytes), explain });
  }
  return page.result();
}

// --- internal ---

/** A bigger policy is not explained portal by portal: that would take more memory than all else. */
const MOST_TEXT_BYTES = 2 * 1024 * 1024;
const MOST_EXPLAINED = 20_000;

/** Explains portals by the very text that the report is about; `undefined` where that can't be had. */
async function explainerOf(
  policy: string,
  { entry, portals }: StoredReport,
  bucket: PageBucket,
): Promise<((portal: string) => Explanation | undefined) | undefined> {
  const key = /^s3:\/\/[^/]+\/(.*)$/s.exec(entry.file ?? '')?.[1];
  const version = entry.validVersion ?? entry.version;
  // What a report says of keys is believed only as far as it can be: another object is none of its policy's.
  if (key === undefined || policyNameOf(key) !== policy || !version) return undefined;
  if (portals.length > MOST_EXPLAINED) return undefined;
  const current = await bucket.read(key, MOST_TEXT_BYTES);
  if (current?.version === version) return current.bytes && openExplainer(current.bytes);
  if (current && !current.isVersioned) return undefined;
  const older = await bucket.read(key, MOST_TEXT_BYTES, version);
  return older?.bytes && openExplainer(older.bytes);
}
