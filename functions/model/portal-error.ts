/** Every code that an outcome's error can have. The list only grows. */
export const ERROR_CODES = [
  'KEY_NOT_FOUND',
  'KEY_MALFORMED',
  'KEY_DENIED',
  'KEY_UNAVAILABLE',
  'HOST_NOT_ALLOWED',
  'DESTINATION_NOT_ALLOWED',
  'UNAUTHORIZED',
  'PAYMENT_REQUIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'REJECTED',
  'RATE_LIMITED',
  'SERVER_ERROR',
  'TIMEOUT',
  'UNREACHABLE',
  'UNEXPECTED_ANSWER',
  'NOT_VERIFIED',
  'CONFLICT',
  'SUPERSEDED',
  'INTERRUPTED',
  'GUARDED',
  'CONTESTED',
  'INTERNAL_ERROR',
  'WOULD_NOT_RUN',
  'STORAGE_NOT_READY',
  'QUOTA_EXHAUSTED',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What waits for a person and not for a retry. */
export const HELD_CODES: readonly string[] = [
  'GUARDED',
  'CONTESTED',
  'CONFLICT',
  'WOULD_NOT_RUN',
  'STORAGE_NOT_READY',
  'QUOTA_EXHAUSTED',
];

export type PortalErrorDetail = {
  readonly httpStatus?: number;
  /** Whether another try, now or later, can help without anybody changing anything. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
};

/**
 * What stopped one portal. Its message is safe to print: no key, no body, no control characters.
 * `cause` is for a debugger and is never printed.
 */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  readonly code: ErrorCode;
  readonly httpStatus: number | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, detail: PortalErrorDetail = {}) {
    super(message, { cause: detail.cause });
    this.code = code;
    this.httpStatus = detail.httpStatus;
    this.retryable = detail.retryable ?? false;
  }
}
