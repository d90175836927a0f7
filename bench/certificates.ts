import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/** Files (PEM) of a CA made for one bench, and of a certificate it gave to `*.bench.test`: ECDSA P-256. */
export type Certificates = {
  readonly ca: string;
  /** The bench's CA beside the public ones, as every program reads them at its start if it is not told otherwise. */
  readonly trusted: string;
  readonly certificate: string;
  readonly key: string;
};

/** @throws Error where there is no `openssl`: Node can make keys, but no certificates */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => {
    try {
      execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (error) {
      throw new Error('the bench makes its certificates with the openssl command: install openssl', {
        cause: error,
      });
    }
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...['req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem')],
    ...['-days', '2', '-subj', '/CN=policy-sync bench CA'],
  );
  openssl(
    ...['req', ...newKey, '-keyout', at('portal.key'), '-out', at('portal.csr')],
    ...['-subj', '/CN=bench.test'],
  );
  writeFileSync(
    at('portal.ext'),
    'subjectAltName=DNS:*.bench.test,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n',
  );
  openssl(
    ...['x509', '-req', '-in', at('portal.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', at('portal.ext'), '-out', at('portal.pem')],
  );
  writeFileSync(at('trusted.pem'), [readFileSync(at('ca.pem'), 'utf8'), ...rootCertificates].join('\n'));
  return {
    ca: at('ca.pem'),
    trusted: at('trusted.pem'),
    certificate: at('portal.pem'),
    key: at('portal.key'),
  };
}
