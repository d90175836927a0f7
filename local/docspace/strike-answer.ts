import { gzipSync } from 'node:zlib';
import { type Answer, bare, failure, page, success } from './answer.ts';
import type { PortalRequest } from './answer-request.ts';
import { readCredentials } from './authorize.ts';
import type { AnswerFault, FaultBody } from './portal-fault.ts';

/** A body may be bytes here: a fault may compress it. */
export type StruckAnswer = Omit<Answer, 'body'> & { body: string | Buffer };

/** What goes out instead of `answer`. */
export function strikeAnswer(fault: AnswerFault, answer: Answer, request: PortalRequest): StruckAnswer {
  switch (fault.kind) {
    case 'status':
      return errorAnswer(fault.status, fault);
    case 'lost-answer':
      return errorAnswer(fault.status ?? 502, fault);
    case 'html':
      return page(200, 'Welcome');
    case 'redirect':
      return bare(fault.status ?? 302, { location: fault.location });
    case 'no-content':
      return bare(204);
    case 'empty-body':
      return bare(200, JSON_TYPE);
    case 'empty-object':
      return { status: 200, headers: JSON_TYPE, body: '{}' };
    case 'foreign':
      return { status: 200, headers: JSON_TYPE, body: JSON.stringify(fault.body ?? FOREIGN) };
    case 'encoded':
      return {
        ...answer,
        headers: { ...answer.headers, 'content-encoding': 'gzip' },
        body: gzipSync(answer.body),
      };
    case 'short-json':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    case 'forgets':
      return request.method === 'GET' ? answer : success(request, true);
    case 'echo-key':
      return failure(
        fault.status ?? 500,
        `The key ${written(callersKey(request), fault.form)} is not welcome`,
      );
  }
}

// --- internal ---

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const FOREIGN = { data: [{ id: 7, enabled: true }], ok: true };

function errorAnswer(
  status: number,
  {
    headers = {},
    body = 'json',
    message,
  }: { headers?: Record<string, string>; body?: FaultBody; message?: string },
): Answer {
  const text = message ?? `This portal was told to answer ${status}`;
  const answers = {
    json: () => failure(status, text, 'System.Exception'),
    html: () => page(status, text),
    empty: () => bare(status),
  };
  const answer = answers[body]();
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function callersKey(request: PortalRequest): string {
  return readCredentials(request)?.secret ?? '';
}

/** `percent`: every character that is no letter or digit escaped; `split`: its two halves, a space between them. */
function written(key: string, form: 'plain' | 'percent' | 'split' = 'plain'): string {
  const middle = Math.floor(key.length / 2);
  if (form === 'split') return `${key.slice(0, middle)} ${key.slice(middle)}`;
  if (form === 'plain') return key;
  return key.replace(
    /[^a-z0-9]/gi,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
