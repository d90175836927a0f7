import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { show } from './read-setting.ts';

/** The PEM file's text, once it is sure that it holds certificates and nothing secret. */
export function readCertificates(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`cannot read ${show(path)}; give the path of a PEM file, seen from cdk.json`, { cause });
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error(
      `${show(path)} holds a private key, which must never be deployed; give the certificates alone`,
    );
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw new Error(
      `${show(path)} holds ${blocks.length === 0 ? 'no' : 'a broken'} certificate; give certificates as PEM`,
    );
  }
  return pem;
}

// --- internal ---

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
