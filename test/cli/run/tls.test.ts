import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { LOOPBACK_CERTIFICATE } from '../../local/docspace/loopback-certificate.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet?.close());

describe('portals with a certificate of a company’s own CA', () => {
  async function start() {
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }], { tls: LOOPBACK_CERTIFICATE });
    const files = writeFiles({
      'fleet.yaml': policyText(['acme', 'globex']),
      'keys.json': keyFile(fleet),
      'ca.pem': LOOPBACK_CERTIFICATE.cert,
    });
    return {
      plan: ['plan', files['fleet.yaml'], '--keys', files['keys.json'], '--json'],
      ca: files['ca.pem'],
    };
  }

  test('get no request, whatever the environment says, and the CA is told to be missing', async () => {
    const { plan } = await start();
    const environments: Record<string, string>[] = [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }];
    for (const env of environments) {
      const { code, out, err } = await runCli(plan, env);
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(JSON.parse(out).policies[0].portals).toMatchObject(
        ['acme', 'globex'].map((portal) => ({
          portal,
          status: 'failed',
          error: { code: 'UNREACHABLE', message: expect.stringMatching(/CA .*missing.*NODE_EXTRA_CA_CERTS/) },
        })),
      );
      expect(fleet.requests.counts.all).toBe(0);
    }
  });

  test('are read with that CA in NODE_EXTRA_CA_CERTS', async () => {
    const { plan, ca } = await start();
    expect(await runCli(plan, { NODE_EXTRA_CA_CERTS: ca })).toMatchObject({ code: 2, err: '' });
    expect(fleet.requests.counts.read).toBe(2);
  });
});

test('a server with nothing newer than TLS 1.1 gets no request, whatever the environment says', async () => {
  let requests = 0;
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const server = createServer({ ...LOOPBACK_CERTIFICATE, ...old }, (_, response) => {
    requests++;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const files = writeFiles({
      'fleet.yaml': policyText(['acme']),
      'keys.json': JSON.stringify({ acme: { url, apiKey: 'sk-0' } }),
      'ca.pem': LOOPBACK_CERTIFICATE.cert,
    });
    const { code, out } = await runCli(
      ['plan', files['fleet.yaml'], '--keys', files['keys.json'], '--json'],
      {
        NODE_EXTRA_CA_CERTS: files['ca.pem'],
        NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0',
        PORTAL_TIMEOUT_SECONDS: '2',
      },
    );
    expect(code).toBe(1);
    expect(JSON.parse(out).policies[0].portals[0]).toMatchObject({ error: { code: 'UNREACHABLE' } });
    expect(requests).toBe(0);
  } finally {
    server.close();
  }
});
