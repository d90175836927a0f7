import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { PortalFault, SocketFault } from './portal-fault.ts';
import type { Timers } from './timers.ts';

/** What a fault below HTTP works with. */
export type StruckExchange = {
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly timers: Timers;
  /** What a healthy portal answers. */
  readonly answer: Answer;
  /** Sends an answer as it is. */
  readonly send: (answer: Answer) => void;
  readonly reset: (socket: Socket) => void;
};

export function isSocketFault(fault: PortalFault): fault is PortalFault & SocketFault {
  return Object.hasOwn(STRIKES, fault.kind);
}

/** Lets the fault loose on the connection. */
export function strikeSocket(fault: SocketFault, exchange: StruckExchange): void {
  const strike = STRIKES[fault.kind] as (fault: SocketFault, exchange: StruckExchange) => void;
  strike(fault, exchange);
}

// --- internal ---

type Strikes = {
  [Kind in SocketFault['kind']]: (fault: SocketFault & { kind: Kind }, exchange: StruckExchange) => void;
};

const CHUNK = 'x'.repeat(65_536);

const STRIKES: Strikes = {
  hang: () => {},
  'hang-body': (_fault, { response, answer }) => {
    response.writeHead(200, { ...answer.headers, 'content-length': '500' }).flushHeaders();
  },
  reset: (_fault, { reset, socket }) => reset(socket),
  'reset-after': (_fault, { reset, socket }) => reset(socket),
  'cut-json': (_fault, { response, answer: { status, headers, body } }) => {
    const bytes = Buffer.from(body);
    response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.end());
  },
  endless: (_fault, { response, answer }) => {
    response.writeHead(200, answer.headers);
    pour(response);
  },
  'endless-header': (_fault, { socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Endless: ');
    pour(socket);
  },
  'header-too-long': ({ bytes = 131_072 }, { send, answer }) => {
    send({ ...answer, headers: { ...answer.headers, 'x-long': 'x'.repeat(bytes) } });
  },
  'malformed-header': (_fault, { socket }) => {
    socket.end('HTTP/1.1 200 OK\r\nno colon in this line\r\nContent-Length: 2\r\n\r\n{}');
  },
  drip: ({ everyMs = 20 }, { response, answer, timers }) => {
    response.writeHead(200, answer.headers).flushHeaders();
    timers.every(everyMs, () => {
      if (!response.destroyed) response.write(' ');
      return !response.destroyed;
    });
  },
  delays: ({ ms }, { timers, send, answer }) => timers.after(ms, () => send(answer)),
  'not-http': (_fault, { socket }) => {
    socket.end('220 mail.example ESMTP ready\r\n');
  },
  upgrade: (_fault, { socket }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  },
};

/** Writes for ever, as fast as the other side reads: a chunk goes out when the one before has left. */
function pour(sink: Socket | ServerResponse): void {
  if (sink.destroyed || !sink.writable) return;
  sink.write(CHUNK, () => pour(sink));
}
