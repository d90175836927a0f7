import { createHash } from 'node:crypto';
import { AwsError, notImplemented } from './aws-error.ts';

export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'md5', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** `value` is base64, as in the header `x-amz-checksum-<algorithm>`. */
export type Checksum = { readonly algorithm: ChecksumAlgorithm; readonly value: string };

export function computeChecksum(algorithm: ChecksumAlgorithm, body: Uint8Array): Checksum {
  return { algorithm, value: digest(algorithm, body).toString('base64') };
}

/**
 * The checksum a PUT came with, proved against the body that arrived; undefined where it brought none.
 * `headers` are the request's, with a trailer's fields among them.
 */
export function proveChecksums(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
): Checksum | undefined {
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && contentMd5 !== computeChecksum('md5', body).value) {
    throw new AwsError(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sent = Object.entries(headers).flatMap(([name, value]) => {
    const algorithm = /^x-amz-checksum-(?!mode$|type$|algorithm$)(.+)$/.exec(name)?.[1];
    return algorithm === undefined || value === undefined ? [] : [{ algorithm, value }];
  });
  const [first, second] = sent;
  if (second !== undefined) {
    throw new AwsError(400, 'InvalidRequest', 'Expecting a single x-amz-checksum- header.');
  }
  return first === undefined ? undefined : prove(first, body);
}

// --- internal ---

function prove(sent: { algorithm: string; value: string }, body: Uint8Array): Checksum {
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === sent.algorithm);
  if (algorithm === undefined) throw notImplemented(`The checksum ${sent.algorithm}`);
  const computed = computeChecksum(algorithm, body);
  if (computed.value !== sent.value) {
    const name = algorithm.toUpperCase();
    throw new AwsError(400, 'BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return computed;
}

function digest(algorithm: ChecksumAlgorithm, body: Uint8Array): Buffer {
  if (algorithm === 'crc32') return crc(CRC32_TABLE, body);
  if (algorithm === 'crc32c') return crc(CRC32C_TABLE, body);
  return createHash(algorithm).update(body).digest();
}

// Node 20 has `zlib.crc32` in its last releases only, and CRC-32C nowhere: both polynomials by table.
const CRC32_TABLE = crcTable(0xedb88320);
const CRC32C_TABLE = crcTable(0x82f63b78);

function crcTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

function crc(table: Uint32Array, body: Uint8Array): Buffer {
  let value = 0xffffffff;
  for (const byte of body) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((value ^ 0xffffffff) >>> 0);
  return bytes;
}
