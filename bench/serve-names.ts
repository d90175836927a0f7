import { startNameServer } from './name-server.ts';

/**
 * The name server as a process of its own: prints its address, takes a delay in milliseconds a line, ends with stdin.
 * Behind the delay, `apart`: every portal has an address of its own, 127.1.0.0 and its number; else 127.0.0.1.
 */
let delay = 0;
let areApart = false;
const server = await startNameServer({ delayMs: () => delay, addressesOf: (name) => [addressOf(name)] });
process.stdout.write(`${server.address}\n`);
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  const [ms, how] = text.trim().split('\n').at(-1)?.split(' ') ?? [];
  delay = Number(ms);
  areApart = how === 'apart';
  process.stdout.write(`${server.asked()}\n`);
});
process.stdin.on('end', () => server.close());

function addressOf(name: string): string {
  const number = Number(/^p(\d+)\./.exec(name)?.[1]);
  if (!areApart || Number.isNaN(number)) return '127.0.0.1';
  return `127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}
