import { startNameServer } from './name-server.ts';

/** The name server as a process of its own: prints its address, takes a delay in milliseconds a line, ends with stdin. */
let delay = 0;
const server = await startNameServer({ delayMs: () => delay });
process.stdout.write(`${server.address}\n`);
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  delay = Number(text.trim().split('\n').at(-1));
  process.stdout.write(`${server.asked()}\n`);
});
process.stdin.on('end', () => server.close());
