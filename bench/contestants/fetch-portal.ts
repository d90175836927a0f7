import { CALL_MS, callsOf, checkReadBack, READ, type Task, WRITE } from './portal-calls.ts';
import { resolveCheaply } from './resolve-cheaply.ts';

export function fetchPortal(task: Task): (index: number) => Promise<void> {
  resolveCheaply(task);
  return async (index) => {
    const { origin, headers, body } = callsOf(index, task.port);
    await call(origin + READ, { headers });
    const json = { ...headers, 'Content-Type': 'application/json' };
    await call(origin + WRITE, { method: 'POST', headers: json, body });
    checkReadBack(await call(origin + READ, { headers }));
  };
}

// --- internal ---

async function call(url: string, init: RequestInit): Promise<string> {
  const answer = await fetch(url, CALL_MS > 0 ? { ...init, signal: AbortSignal.timeout(CALL_MS) } : init);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}
