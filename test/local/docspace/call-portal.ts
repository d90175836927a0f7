import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LocalPortal } from '../../../local/docspace/local-portal.ts';
import { LOOPBACK_CERTIFICATE } from './loopback-certificate.ts';

export type Call = {
  method?: string;
  path: string;
  /** Default: the portal's first key as a Bearer token. */
  headers?: Record<string, string>;
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  agent?: Agent;
};

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string; json: unknown };

export const READ = '/api/2.0/backup/getbackupschedule';
export const WRITE = '/api/2.0/backup/createbackupschedule';
export const DELETE = '/api/2.0/backup/deletebackupschedule';
export const HISTORY = '/api/2.0/backup/getbackuphistory';
export const SELF = '/api/2.0/keys/@self';
export const SETTINGS = '/api/2.0/settings';
export const STORAGES = '/api/2.0/settings/storage/backup';
export const SERVICE_STATE = '/api/2.0/backup/getservicestate';
export const COUNT = '/api/2.0/backup/getbackupscount';
export const QUOTA = '/api/2.0/portal/payment/quota';

/** One request to a portal by hand; rejects when the answer does not come whole. */
export function callPortal(portal: LocalPortal, call: Call): Promise<Reply> {
  const { method = 'GET', path, body, agent } = call;
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
    ...(call.headers ?? bearer(portal)),
  };
  const url = new URL(path, portal.url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, agent, ca: LOOPBACK_CERTIFICATE.cert }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    request.on('error', reject);
    request.end(payload);
  });
}

export function bearer(portal: LocalPortal): Record<string, string> {
  return { authorization: `Bearer ${portal.keys[0]?.key}` };
}

export function post(portal: LocalPortal, body: unknown, headers?: Record<string, string>): Promise<Reply> {
  return callPortal(portal, { method: 'POST', path: WRITE, body, ...(headers ? { headers } : {}) });
}

/** A schedule that any portal takes: DataStore, every day at `hour`. */
export function daily(hour: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { storageType: 'DataStore', backupsStored: 3, cronParams: { period: 'EveryDay', hour }, ...more };
}

/** A schedule into a bucket, or what else the params say. */
export function intoS3(hour: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const storageParams = [
    { key: 'module', value: 's3' },
    { key: 'bucket', value: 'acme-backups' },
  ];
  return daily(hour, { storageType: 'ThirdPartyConsumer', storageParams, ...more });
}

// --- internal ---

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
