import { fetchPortal } from './fetch-portal.ts';
import { forEachPortal, readTask } from './portal-calls.ts';

/** One portal after the other, with Node's own fetch: how such a thing is first written. */
const task = readTask(process.argv.slice(2));
await forEachPortal({ ...task, atOnce: 1 }, fetchPortal(task));
// Its connections stay open for some seconds.
process.exit();
