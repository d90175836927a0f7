import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { HttpAnswer } from './http-answer.ts';
import { TransportError, type TransportFailure, transportError } from './transport-error.ts';

export type ExchangeLimits = {
  /** To the last byte. */
  readonly timeoutMs: number;
  /** For a connection that is not there yet, its TLS included. */
  readonly connectMs: number;
  /** Of it, what the look-up of the name has taken. */
  readonly lookUpMs: number;
  /** The longest body that is read. */
  readonly answerBytes: number;
};

/**
 * Sends one request and reads its whole answer.
 * @throws TransportError where there is no answer, or none that is HTTP; a broken body of a 4xx or 5xx is no error
 */
export function exchange(
  request: ClientRequest,
  body: Buffer | undefined,
  limits: ExchangeLimits,
): Promise<HttpAnswer> {
  const { timeoutMs, connectMs, lookUpMs, answerBytes } = limits;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    let connecting: NodeJS.Timeout | undefined;
    let whole: HttpAnswer | undefined;
    const chunks: Buffer[] = [];
    let length = 0;

    const stopTimers = () => {
      clearTimeout(deadline);
      clearTimeout(connecting);
    };
    const settle = () => {
      if (!whole) return;
      stopTimers();
      resolve(whole);
    };
    /** Ends the exchange for good: later events of the dying socket find it settled. */
    const fail = (error: TransportError) => {
      settle();
      stopTimers();
      request.destroy();
      const status = answer?.statusCode ?? 0;
      // A refusal is a refusal, whatever became of its body.
      if (answer && status >= 400) resolve(toAnswer(answer, undefined));
      else reject(new TransportError(error.failure, error.reason, { cause: error.cause, status }));
    };
    const failWith = (failure: TransportFailure, reason: string) => fail(new TransportError(failure, reason));
    const failBy = (error: Error) => fail(transportError(error));
    const tooLong = () => failWith('foreign', `its body is longer than ${answerBytes} bytes`);

    const deadline = setTimeout(
      () => failWith('timeout', `no whole answer within ${Math.round(timeoutMs)} ms`),
      timeoutMs,
    );
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const late = () => failWith('timeout', `no connection within ${connectMs} ms`);
      connecting = setTimeout(late, connectMs - lookUpMs);
      const isThere = (socket as TLSSocket).encrypted ? 'secureConnect' : 'connect';
      socket.once(isThere, () => clearTimeout(connecting));
    });
    request.on('error', failBy);
    request.on('upgrade', () => failWith('foreign', 'it wants to speak another protocol'));
    request.on('response', (response) => {
      answer = response;
      if (Number(headerOf(response, 'content-length')) > answerBytes) return tooLong();
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > answerBytes) tooLong();
        else chunks.push(chunk);
      });
      response.on('end', () => {
        if (!response.complete) return failWith('cut', 'the connection ended before the answer did');
        whole = toAnswer(response, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
        // An answer may be here before the system has told that the request went out, and only then Node takes its
        // listeners off the socket: with them those of the next request, whose answer nobody would hear.
        if (request.writableFinished || !request.shouldKeepAlive) return settle();
        request.on('finish', settle);
        request.on('close', settle);
      });
      response.on('error', failBy);
    });
    request.end(body);
  });
}

// --- internal ---

function toAnswer(response: IncomingMessage, body: Buffer | undefined): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    retryAfter: headerOf(response, 'retry-after'),
    contentEncoding: headerOf(response, 'content-encoding'),
    body,
  };
}

/** The first of that name. Of its own object of headers Node would make all of them. */
function headerOf({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at];
    if (raw?.length === name.length && raw.toLowerCase() === name) return rawHeaders[at + 1];
  }
  return undefined;
}
