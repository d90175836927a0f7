import { openHostResolver } from '../functions/docspace/resolve-host.ts';
import { anyAddress } from '../functions/model/address-ranges.ts';
import { portalName } from './contestants/portal-calls.ts';

/** Looks up so many names with the project's own resolver, all asked for at once, and prints the milliseconds it took. */
const [nameServer = '', count] = process.argv.slice(2);
const resolver = openHostResolver({ isAllowed: anyAddress, servers: [nameServer] });
const started = performance.now();
await Promise.all(
  Array.from(
    { length: Number(count) },
    (_, index) =>
      new Promise<void>((resolve, reject) => {
        resolver.lookup(`${portalName(index)}.bench.test`, { all: true }, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  ),
);
process.stdout.write(String(performance.now() - started));
resolver.close();
