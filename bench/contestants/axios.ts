import { Agent } from 'node:https';
import { loadRival } from './load-rival.ts';
import { callsOf, checkReadBack, forEachPortal, READ, readTask, WRITE } from './portal-calls.ts';
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

await forEachPortal(task, async (index) => {
  const { origin, headers, body } = callsOf(index, task.port);
  await client.get(origin + READ, { headers });
  await client.post(origin + WRITE, body, { headers: { ...headers, 'Content-Type': 'application/json' } });
  checkReadBack((await client.get(origin + READ, { headers })).data);
});
// Its connections stay open for some seconds.
process.exit();
