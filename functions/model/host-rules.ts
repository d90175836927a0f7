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

// --- internal ---

/** What registries of countries sell names under. */
const OPEN_TO_ALL = /^(ac|co|com|edu|gob|gov|info|ltd|me|ne|net|nom|or|org|plc)$/;

function matchesHost(hostname: string, pattern: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.')
    ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1
    : host === wanted;
}
