import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Lambda's Runtime API, as AWS documents it: a runtime asks here for its next event, and tells how it ended. */
export type RuntimeApi = {
  /** Host and port, as the runtime wants them. */
  readonly address: string;
  /** Gives an event to the runtime, and waits for how it ended. */
  invoke(invocation: RuntimeInvocation): Promise<RuntimeAnswer>;
  /** How the runtime could not even start. */
  readonly initError: Promise<RuntimeAnswer>;
  close(): Promise<void>;
};

export type RuntimeInvocation = {
  readonly requestId: string;
  readonly event: unknown;
  /** When the function's time is over. Milliseconds since 1970. */
  readonly deadline: number;
};

export type RuntimeAnswer = {
  readonly kind: 'response' | 'error' | 'init-error';
  /** Of an error: its type, its message and its trace. */
  readonly body: unknown;
};

export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  const waiting: RuntimeInvocation[] = [];
  const answers = new Map<string, (answer: RuntimeAnswer) => void>();
  let asker: ServerResponse | undefined;
  let tellInitError: (answer: RuntimeAnswer) => void = () => {};
  const initError = new Promise<RuntimeAnswer>((resolve) => {
    tellInitError = resolve;
  });

  function giveNext(): void {
    if (!asker) return;
    const next = waiting.shift();
    if (!next) return;
    const headers = {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.requestId,
      'lambda-runtime-deadline-ms': String(next.deadline),
      'lambda-runtime-invoked-function-arn': functionArn,
    };
    asker.writeHead(200, headers).end(JSON.stringify(next.event));
    asker = undefined;
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (message.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      asker = response;
      giveNext();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const [, id = '', end] = path.split('/');
    const answer: RuntimeAnswer = {
      kind: path === 'init/error' ? 'init-error' : end === 'error' ? 'error' : 'response',
      body: JSON.parse(Buffer.concat(chunks).toString()),
    };
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (answer.kind === 'init-error') tellInitError(answer);
    else answers.get(id)?.(answer);
  }

  const server = createServer((message, response) => void handle(message, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `127.0.0.1:${address.port}`,
    invoke: (invocation) =>
      new Promise((resolve) => {
        answers.set(invocation.requestId, resolve);
        waiting.push(invocation);
        giveNext();
      }),
    initError,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
