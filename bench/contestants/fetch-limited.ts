import { fetchPortal } from './fetch-portal.ts';
import { loadRival } from './load-rival.ts';
import { readTask, tolerantly } from './portal-calls.ts';

/** Node's own fetch, with p-limit to hold it back: how it is then made faster. */
const task = readTask(process.argv.slice(2));
const pLimit = await loadRival<(atOnce: number) => <T>(work: () => Promise<T>) => Promise<T>>('p-limit');
const limit = pLimit(task.atOnce);
const treat = fetchPortal(task);
await Promise.all(Array.from({ length: task.portals }, (_, index) => limit(() => tolerantly(treat(index)))));
// Its connections stay open for some seconds.
process.exit();
