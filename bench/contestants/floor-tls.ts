import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import {
  callsOf,
  checkReadBack,
  forEachPortal,
  openResolver,
  READ,
  readTask,
  WRITE,
} from './portal-calls.ts';

/** The floor in Node: HTTP written by hand over node:tls, for a server that always answers well. No limits, no deadlines. */
const task = readTask(process.argv.slice(2));
const resolve = openResolver(task);
const secureContext = createSecureContext();

await forEachPortal(task, async (index) => {
  const { host, headers, body } = callsOf(index, task.port);
  const common = `Host: ${host}:${task.port}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}Connection: keep-alive\r\n`;
  const get = `GET ${READ} HTTP/1.1\r\n${common}\r\n`;
  const post = `POST ${WRITE} HTTP/1.1\r\n${common}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const socket = connect({
    host: await resolve(host),
    port: task.port,
    servername: host,
    secureContext,
  });
  await exchange(socket, get);
  await exchange(socket, post);
  checkReadBack(await exchange(socket, get));
  socket.destroy();
});

function exchange(socket: TLSSocket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const head = answer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
      if (answer.length < head + 4 + length) return;
      socket.off('data', onData).off('error', reject);
      if (answer.startsWith('HTTP/1.1 200 ')) resolve(answer.slice(head + 4));
      else reject(new Error(answer.slice(0, 20)));
    };
    socket.on('data', onData).on('error', reject);
    socket.write(request);
  });
}
