import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { failure, success } from './answer.ts';
import { answerRequest, kindOf, type PortalRequest } from './answer-request.ts';
import { findLiveKey, readCredentials } from './authorize.ts';
import type { LocalPortal } from './local-portal.ts';
import { faultWorks } from './portal-fault.ts';
import type { ServerClock } from './portal-setup.ts';
import type { RequestLimiter } from './request-limiter.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { SocketBook } from './socket-book.ts';
import { type StruckAnswer, strikeAnswer } from './strike-answer.ts';
import { isSocketFault, strikeSocket } from './strike-socket.ts';
import type { Timers } from './timers.ts';

/** What every portal of a fleet is served with. */
export type Serving = {
  readonly clock: ServerClock;
  readonly log: RequestLog;
  readonly limiter: RequestLimiter;
  readonly sockets: SocketBook;
  readonly timers: Timers;
};

/** Serves the portal that `findPortal` finds for a request; without one, the request gets a 401. */
export function servePortals(
  findPortal: (message: IncomingMessage) => LocalPortal | undefined,
  serving: Serving,
): RequestListener {
  return (message, response) => {
    const portal = findPortal(message);
    const { method = 'GET', url: path = '/', socket } = message;
    const connection = serving.sockets.numberOf(socket);
    const entry: LoggedRequest = {
      portal: portal?.name ?? '',
      method,
      path,
      connection,
      at: serving.clock.now(),
    };
    serving.log.arrive(entry, kindOf(method, path), portal?.counts);
    response.once('close', serving.log.leave);
    readBody(message, (body) => {
      if (method === 'POST') entry.body = body;
      const send = (answer: StruckAnswer) => {
        entry.status = answer.status;
        sendAnswer(response, answer);
      };
      const request = toRequest(message, body);
      if (portal) exchange({ portal, request, response, socket, send }, serving);
      else send(failure(401, 'Unauthorized'));
    });
  };
}

// --- internal ---

type Exchange = {
  portal: LocalPortal;
  request: PortalRequest;
  response: ServerResponse;
  socket: Socket;
  send: (answer: StruckAnswer) => void;
};

function exchange({ portal, request, response, socket, send }: Exchange, serving: Serving): void {
  const { clock, limiter, timers, sockets } = serving;
  const kind = kindOf(request.method, request.path);
  const key = findLiveKey(readCredentials(request), portal.keys, clock.now());
  const turn = key ? limiter.enter(key.key, request.method, portal.limits, clock.now()) : () => {};
  if (typeof turn !== 'function') {
    send(turn);
    return;
  }
  response.once('close', turn);
  const fault = portal.takeFault(kind);
  const works = !fault || faultWorks(fault) || (fault.kind === 'forgets' && kind === 'read');
  const answer = works ? answerRequest(portal, request, clock) : success(request, true);
  if (fault && isSocketFault(fault))
    strikeSocket(fault, { response, socket, timers, answer, send, reset: sockets.reset });
  else if (fault && fault.kind !== 'pass') send(strikeAnswer(fault, answer, request));
  else send(answer);
}

function readBody(message: IncomingMessage, act: (body: string) => void): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => act(Buffer.concat(chunks).toString()));
}

function toRequest({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): PortalRequest {
  return {
    method,
    path: url,
    href: `http://${headers.host ?? 'portal'}${url}`,
    authorization: headers.authorization,
    cookie: headers.cookie,
    contentType: headers['content-type'],
    body,
  };
}

function sendAnswer(response: ServerResponse, { status, headers, body }: StruckAnswer): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(body);
  const length = status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(status, { ...headers, ...length }).end(bytes);
}
