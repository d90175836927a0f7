import { Agent } from 'node:https';
import { loadRival } from './load-rival.ts';
import {
  CALL_MS,
  callsOf,
  checkReadBack,
  forEachPortal,
  READ,
  readTask,
  tolerantly,
  WRITE,
} from './portal-calls.ts';
import { resolveCheaply } from './resolve-cheaply.ts';

type Axios = { create(options: object): Client };
type Client = {
  get(url: string, options: object): Promise<{ data: string }>;
  post(url: string, body: string, options: object): Promise<unknown>;
};

/** axios with one keep-alive agent for all, as its documentation has it. */
const task = readTask(process.argv.slice(2));
resolveCheaply(task);
const axios = await loadRival<Axios>('axios');
const client = axios.create({
  httpsAgent: new Agent({ keepAlive: true }),
  responseType: 'text',
  transformResponse: [(text: string) => text],
});

// Its own timeout starts anew with each byte: a portal that drips would hold it for hours.
const within = () => (CALL_MS > 0 ? { signal: AbortSignal.timeout(CALL_MS) } : {});

const treat = async (index: number) => {
  const { origin, headers, body } = callsOf(index, task.port);
  await client.get(origin + READ, { headers, ...within() });
  const ofPost = { ...headers, 'Content-Type': 'application/json' };
  await client.post(origin + WRITE, body, { headers: ofPost, ...within() });
  checkReadBack((await client.get(origin + READ, { headers, ...within() })).data);
};
await forEachPortal(task, (index) => tolerantly(treat(index)));
// Its connections stay open for some seconds.
process.exit();
