import { createSocket } from 'node:dgram';

/** A name server on loopback: every name has one address, 127.0.0.1, and no IPv6 address. */
export type NameServer = {
  /** As `address:port`. */
  readonly address: string;
  /** Questions answered so far. */
  readonly asked: () => number;
  readonly close: () => void;
};

/** @param delayMs how long each answer takes, whatever else is asked meanwhile */
export async function startNameServer(delayMs: () => number): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked++;
    const reply = answerTo(question);
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

/** The answer to one question, in the form of RFC 1035. */
function answerTo(question: Buffer): Buffer {
  const end = endOfQuestion(question);
  const asksForA = question.readUInt16BE(end - 4) === TYPE_A;
  const reply = Buffer.from(question.subarray(0, end));
  reply.writeUInt16BE(0x8180, 2); // an answer, recursion desired and available, no error
  reply.writeUInt16BE(asksForA ? 1 : 0, 6);
  reply.writeUInt32BE(0, 8); // nothing about authority, and none of the question's own additions
  return asksForA ? Buffer.concat([reply, LOOPBACK_RECORD]) : reply;
}

function endOfQuestion(question: Buffer): number {
  let at = HEAD;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) at += length + 1;
  return at + 5; // the root label, type and class
}

/** The name asked for (a pointer to it), A, IN, a minute, four bytes: 127.0.0.1. */
const LOOPBACK_RECORD = Buffer.from([0xc0, HEAD, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
