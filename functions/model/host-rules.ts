import { isIP } from 'node:net';
import { PortalError } from './portal-error.ts';

/** Which hosts a key may be sent to, before any address is known. */
export type HostRules = {
  /** Host names; `*.` stands for one or more labels; `undefined`: any host (at a terminal, with one's own key file). */
  readonly allowedHosts: readonly string[] | undefined;
  /** Whether plain http is taken for loopback literals and `localhost`. */
  readonly insecureLoopback: boolean;
};

/** @throws PortalError HOST_NOT_ALLOWED */
export function checkHost(origin: string, rules: HostRules): void {
  const { protocol, hostname } = new URL(origin);
  const loopback = rules.insecureLoopback && isLoopbackLiteral(hostname);
  if (protocol !== 'https:' && !loopback) {
    const hint = 'give the URL as https:// (plain http is for loopback addresses alone)';
    throw new PortalError('HOST_NOT_ALLOWED', `a key is never sent over plain http: ${hint}`);
  }
  if (loopback || rules.allowedHosts === undefined) return;
  if (!rules.allowedHosts.some((pattern) => matchesHost(hostname, pattern))) {
    throw new PortalError(
      'HOST_NOT_ALLOWED',
      'the host in the portal’s key entry is not among the allowed hosts',
    );
  }
}

/**
 * Why a deployment can't allow a host, or a pattern of hosts; `undefined`: it can. `*.com` would be anybody's: a pattern
 * has to name a domain and what it lies in.
 */
export function hostPatternProblem(pattern: string): string | undefined {
  const name = pattern.replace(/^\*\./, '');
  const isPattern = name !== pattern;
  if (!isPattern && isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return undefined;
  const labels = name.split('.');
  if (!labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))) {
    return 'is no host name, nor a pattern such as *.acme.com';
  }
  if (isPattern && (isTooWideHost(pattern) || isIP(name) !== 0)) {
    return 'stands for hosts of anybody: name at least two labels after *., such as *.acme.com';
  }
  return undefined;
}

/** Whether a host is `localhost` or an address of the loopback range, told without a look-up. */
export function isLoopbackLiteral(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Whether a pattern of hosts stands for names that anybody can have: `*.com`, `*.co.uk`. */
export function isTooWideHost(pattern: string): boolean {
  const [star, ...labels] = pattern.toLowerCase().replace(/\.$/, '').split('.');
  if (star !== '*') return false;
  const [second = '', top = ''] = labels;
  return labels.length < 2 || (labels.length === 2 && top.length === 2 && OPEN_TO_ALL.test(second));
}

/** Whether a host is the one that is named, or fits a pattern: `*.` stands for one or more labels. */
export function matchesHost(hostname: string, pattern: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.')
    ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1
    : host === wanted;
}

// --- internal ---

/** What registries of countries sell names under. */
const OPEN_TO_ALL = /^(ac|co|com|edu|gob|gov|info|ltd|me|ne|net|nom|or|org|plc)$/;
