import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:https';
import { LOOPBACK_CERTIFICATE } from '../local/docspace/loopback-certificate.ts';
import { REGION, ROOT } from './ministack.ts';

export type SignedCall = {
  /** As it is signed for: `lambda`, `sqs`, `events`. */
  readonly service: string;
  /** Of a JSON protocol: `AmazonSQS.ReceiveMessage`. */
  readonly target?: string;
  /** Of a REST protocol; with its query, whose names are in order. */
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type SignedAnswer = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
};

/**
 * Speaks to the services that the project itself needs no client for. Signed with version 4, as the root of the
 * account.
 * @throws Error with the answer, where it is not a 2xx
 */
export async function signedCall(url: string, call: SignedCall): Promise<SignedAnswer> {
  const { method = 'POST', path = '/', body = {} } = call;
  const text = method === 'GET' ? '' : JSON.stringify(body);
  const { status, headers, answer } = await send(
    `${url}${path}`,
    method,
    sign(url, call, method, text),
    text,
  );
  if (status < 200 || status > 299) {
    throw new Error(`${call.target ?? `${method} ${path}`} answered ${status}: ${answer.slice(0, 2_000)}`);
  }
  return { headers, body: answer === '' ? undefined : JSON.parse(answer) };
}

// --- internal ---

function sign(url: string, call: SignedCall, method: string, text: string): Record<string, string> {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [date.slice(0, 8), REGION, call.service, 'aws4_request'];
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(url).host,
    'x-amz-date': date,
    ...(call.target !== undefined && { 'x-amz-target': call.target }),
    ...call.headers,
  };
  const names = Object.keys(headers).sort();
  const [path = '/', query = ''] = (call.path ?? '/').split('?');
  const told = names.map((name) => `${name}:${headers[name]}`);
  // All but S3 sign each segment of the path encoded once more.
  const canonical = [method, path.replaceAll('%', '%25'), query, ...told, '', names.join(';'), sha256(text)];
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical.join('\n'))].join('\n');
  const start: Buffer = Buffer.from(`AWS4${ROOT.secretAccessKey}`);
  const key = scope.reduce((last, part) => createHmac('sha256', last).update(part).digest(), start);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const credential = `Credential=${ROOT.accessKeyId}/${scope.join('/')}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

type RawAnswer = {
  readonly status: number;
  readonly headers: SignedAnswer['headers'];
  readonly answer: string;
};

function send(
  address: string,
  method: string,
  headers: Record<string, string>,
  text: string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca: LOOPBACK_CERTIFICATE.cert, timeout: 90_000 };
    const call = request(address, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          answer: Buffer.concat(chunks).toString(),
        }),
      );
      response.once('error', reject);
    });
    call.once('timeout', () => call.destroy(new Error(`${address} did not answer`)));
    call.once('error', reject);
    call.end(text);
  });
}
