import { createServer, type Socket } from 'node:net';

/** What a request is answered with: bytes, and then what becomes of the connection. */
export type RawAnswer = {
  readonly bytes: string;
  readonly after: 'keep' | 'end' | 'reset' | 'hang';
};

/** A portal that answers as it is told, to the byte. */
export type RawPortal = {
  readonly origin: string;
  /** @param answer asked for each request, with its method and path */
  answerWith(answer: (request: { readonly method: string; readonly path: string }) => RawAnswer): void;
  close(): Promise<void>;
};

export async function startRawPortal(): Promise<RawPortal> {
  let answer: Parameters<RawPortal['answerWith']>[0] = () => ({ bytes: '', after: 'end' });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let request = take(text); request; request = take(text)) {
        text = text.slice(request.length);
        give(socket, answer(request));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    answerWith: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

// --- internal ---

/** The first whole request of what has come. */
function take(text: string): { method: string; path: string; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const length = end + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (text.length < length) return undefined;
  const [method = '', path = ''] = head.split(' ');
  return { method, path, length };
}

function give(socket: Socket, { bytes, after }: RawAnswer): void {
  if (after === 'reset') return void socket.resetAndDestroy();
  socket.write(bytes, 'utf8');
  if (after === 'end') socket.end();
}
