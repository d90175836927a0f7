import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { dirname, join } from 'node:path';
import { LOOPBACK_CERTIFICATE } from '../local/docspace/loopback-certificate.ts';
import { freePort, type HeldProcess, holdProcess } from './held-process.ts';
import { pythonVenv } from './python-venv.ts';
import { until } from './until.ts';

/** The account that everything is in, and the region. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Credentials of the account's root: an account's number is its access key there. */
export const ROOT = { accessKeyId: ACCOUNT, secretAccessKey: 'local' } as const;

/** An AWS emulator that others wrote, on a free port of loopback. */
export type Ministack = {
  readonly url: string;
  readonly lines: HeldProcess['lines'];
  close(): Promise<void>;
};

export type MinistackOptions = {
  /** For its own temporary files. */
  readonly folder: string;
  /** Serve https (this certificate file and its key), and let only those in whom IAM lets in. */
  readonly strict?: { readonly certFile: string; readonly keyFile: string };
  /** Functions run on it. */
  readonly node?: string;
  /** For the functions, too. */
  readonly env?: Readonly<Record<string, string>>;
};

export async function startMinistack(options: MinistackOptions): Promise<Ministack> {
  const { folder, strict, node = process.execPath, env = {} } = options;
  const python = await pythonVenv();
  const port = await freePort();
  // As its own `ministack --detach` does; its plain start would take port 443 as well, where it may.
  const args = ['-m', 'hypercorn', 'ministack.app:app', '--bind', `127.0.0.1:${port}`, '--keep-alive', '75'];
  const tls = strict ? ['--certfile', strict.certFile, '--keyfile', strict.keyFile] : [];
  const held = holdProcess([python, ...args, ...tls], {
    // The functions' Node.js comes first. Nothing of the user's own settings goes along.
    PATH: [dirname(node), process.env.PATH].join(':'),
    HOME: folder,
    TMPDIR: folder,
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: REGION,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    IOT_MTLS_ENABLED: '0',
    NODE_NO_WARNINGS: '1',
    // AWS waits for a minute before it tries a failed run again.
    LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.5',
    ...(strict && {
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: strict.certFile,
      MINISTACK_SSL_KEY: strict.keyFile,
      NODE_EXTRA_CA_CERTS: strict.certFile,
    }),
    ...env,
  });
  const url = `${strict ? 'https' : 'http'}://127.0.0.1:${port}`;
  try {
    await until('the AWS emulator answers', () => (held.hasEnded() ? true : isHealthy(url)));
    if (held.hasEnded()) throw new Error('the AWS emulator ended by itself');
  } catch (cause) {
    await held.release();
    throw new Error(`The AWS emulator did not start.\n${held.lines.slice(-30).join('\n')}`, { cause });
  }
  return { url, lines: held.lines, close: held.release };
}

/** Where the files of a strict emulator's certificate are to be written. */
export function certificateFiles(folder: string): {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
} {
  return {
    certFile: join(folder, 'loopback.crt'),
    keyFile: join(folder, 'loopback.key'),
    ...LOOPBACK_CERTIFICATE,
  };
}

// --- internal ---

function isHealthy(url: string): Promise<true | undefined> {
  const send = url.startsWith('https') ? requestTls : request;
  return new Promise((resolve) => {
    const call = send(
      `${url}/_ministack/health`,
      { ca: LOOPBACK_CERTIFICATE.cert, timeout: 5_000 },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode === 200 ? true : undefined));
      },
    );
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(undefined));
    call.end();
  });
}
