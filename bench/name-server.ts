import { createSocket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';

/** A name server on loopback. */
export type NameServer = {
  /** As `address:port`. */
  readonly address: string;
  /** Questions answered so far. */
  readonly asked: () => number;
  readonly close: () => void;
};

export type NameServerOptions = {
  /** Milliseconds that each answer takes, whatever else is asked meanwhile. */
  readonly delayMs?: () => number;
  /** A name's addresses, IPv6 ones written in full; `undefined`: there is no such name. */
  readonly addressesOf?: (name: string) => readonly string[] | undefined;
};

export async function startNameServer({
  delayMs = () => 0,
  addressesOf = () => ['127.0.0.1'],
}: NameServerOptions = {}): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked++;
    const reply = answerTo(question, addressesOf);
    const send = () => socket.send(reply, port, address);
    if (delayMs() > 0) setTimeout(send, delayMs());
    else send();
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  // Answers that wait may find the socket closed: nobody waits for them any more.
  socket.on('error', () => {});
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    close: () => socket.close(),
  };
}

// --- internal ---

const HEAD = 12;
const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** The answer to one question, in the form of RFC 1035. */
function answerTo(question: Buffer, addressesOf: (name: string) => readonly string[] | undefined): Buffer {
  const { name, end } = readName(question);
  const asksForA = question.readUInt16BE(end - 4) === TYPE_A;
  const addresses = addressesOf(name);
  const records = (addresses ?? []).filter(asksForA ? isIPv4 : isIPv6).map(recordOf);
  const reply = Buffer.from(question.subarray(0, end));
  // An answer, recursion desired and available.
  reply.writeUInt16BE(0x8180 + (addresses ? 0 : NO_SUCH_NAME), 2);
  reply.writeUInt16BE(records.length, 6);
  reply.writeUInt32BE(0, 8); // nothing about authority, and none of the question's own additions
  return Buffer.concat([reply, ...records]);
}

function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEAD;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 5 }; // the root label, type and class
}

/** The name asked for (a pointer to it), the type, IN, a minute, the address's bytes. */
function recordOf(address: string): Buffer {
  const bytes = isIPv4(address)
    ? Buffer.from(address.split('.').map(Number))
    : Buffer.from(address.replaceAll(':', ''), 'hex');
  const type = isIPv4(address) ? TYPE_A : 28;
  return Buffer.concat([Buffer.from([0xc0, HEAD, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length]), bytes]);
}
