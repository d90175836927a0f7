/** An answer that is an error. `code` is what the SDK shows as `error.name`. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function notImplemented(what: string): AwsError {
  return new AwsError(501, 'NotImplemented', `${what} is not implemented by this local endpoint.`);
}
