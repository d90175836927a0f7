import { type Answer, bindingFailure, failure, type RequestAddress, success } from './answer.ts';
import { countBackups, type FreeBackups, type MadeBackups, thisMonth } from './free-backups.ts';

/** What is asked about a portal's backups and their price. */
export type QuotaQuestion = {
  readonly book: MadeBackups;
  /** Absent on a stand-alone server. */
  readonly plan: FreeBackups | undefined;
  readonly request: RequestAddress;
  readonly now: Date;
};

/** Is the paid backup service on? (BackupController.cs:557-566) */
export function answerServiceState({ plan, request }: QuotaQuestion): Answer {
  return success(request, { enabled: plan?.paidService ?? false });
}

/** How many backups were made; by default in this calendar month, and free (BackupController.cs:530-545). */
export function answerBackupsCount({ book, request, now }: QuotaQuestion, query: URLSearchParams): Answer {
  const month = thisMonth(now);
  const asked = lowerCased(query);
  const from = asked.from ? new Date(asked.from) : month.from;
  const to = asked.to ? new Date(asked.to) : month.to;
  for (const [name, time] of Object.entries({ from, to }))
    if (Number.isNaN(time.getTime()))
      return bindingFailure(request, name, `The value '${asked[name]}' is not valid.`);
  if (from > to) return failure(400, 'From date must be less than to date');
  return success(request, countBackups(book, { from, to, paid: asked.paid?.toLowerCase() === 'true' }));
}

/**
 * The plan and its features (PaymentsController.cs:591-599, QuotaHelper.cs:122-296); `free_backup` is for administrators
 * alone, and -1 on a stand-alone server.
 */
export function answerQuota({ book, plan, request, now }: QuotaQuestion, admin: boolean): Answer {
  const used = countBackups(book, { ...thisMonth(now), paid: false });
  const free = plan?.free ?? -1;
  const features = [
    { id: 'manager', title: '10 administrators', value: 10, type: 'count', used: { value: 1, title: '' } },
    {
      id: 'room',
      title: 'Unlimited number of rooms',
      value: -1,
      type: 'count',
      used: { value: 3, title: '' },
    },
    ...(admin
      ? [
          {
            id: 'free_backup',
            title: `${free} free backups per month`,
            value: free,
            type: 'count',
            used: { value: used, title: 'Backups' },
          },
          { id: 'restore', title: 'Data restore', value: true, type: 'flag' },
        ]
      : []),
  ];
  return success(request, {
    id: plan ? -2 : -1000,
    title: 'Business',
    price: { value: plan ? 20 : 0, currencySymbol: '$', isoCurrencySymbol: 'USD' },
    nonProfit: false,
    free: false,
    trial: false,
    features,
  });
}

// --- internal ---

/** Query names are matched without regard to case. */
function lowerCased(query: URLSearchParams): Record<string, string | undefined> {
  return Object.fromEntries([...query].map(([name, value]) => [name.toLowerCase(), value]));
}
