/** An answer before it is sent. */
export type Answer = { status: number; headers: Record<string, string>; body: string };

/** Stands in every stack trace and every page: whoever shows it, showed what no client should show. */
export const CANARY = 'CANARY-of-the-server-must-not-be-shown';

/** Where a request went, for the `links` of its answer. */
export type RequestAddress = { href: string; method: string };

/** The wrapped success. `response` undefined: the member is missing and `count` is 0. */
export function success(address: RequestAddress, response: unknown): Answer {
  const count = response === undefined ? 0 : Array.isArray(response) ? response.length : 1;
  const links = [{ href: address.href, action: address.method }];
  const wrapped = { response, count, links, status: 0, statusCode: 200 };
  return { status: 200, headers: { ...JSON_TYPE }, body: JSON.stringify(wrapped) };
}

/** An error in the server's own JSON. */
export function failure(
  status: number,
  message: string,
  type = EXCEPTIONS[status] ?? 'System.Exception',
): Answer {
  const stack = `   at ASC.Data.Backup.Services.BackupService.${CANARY}() in /src/BackupService.cs:line ${status}`;
  const error = { message, type, stack, hresult: -2146233088 };
  return {
    status,
    headers: { ...JSON_TYPE },
    body: JSON.stringify({ error, status: 1, statusCode: status }),
  };
}

/** What the framework answers to a body that does not fit its types: wrapped like a success, but 400. */
export function bindingFailure(address: RequestAddress, member: string, message: string): Answer {
  const response = {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors: { [member]: [message] },
    traceId: `00-${CANARY}-00`,
  };
  const links = [{ href: address.href, action: address.method }];
  const body = JSON.stringify({ response, count: 1, links, status: 1, statusCode: 400 });
  return { status: 400, headers: { ...JSON_TYPE }, body };
}

/** A web page, as proxies and missing portals answer. */
export function page(status: number, title: string): Answer {
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><!-- ${CANARY} --></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function bare(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: '' };
}

// --- internal ---

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const EXCEPTIONS: Record<number, string> = {
  400: 'System.ArgumentException',
  401: 'System.Security.Authentication.AuthenticationException',
  402: 'ASC.Core.Billing.BillingException',
  403: 'System.Security.SecurityException',
  404: 'System.IO.DirectoryNotFoundException',
  500: 'System.NullReferenceException',
};
