import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ToldMessage } from '../../../functions/model/told-message.ts';
import { beat, openWebhook, type WebhookOptions } from '../../../functions/webhook/open-webhook.ts';
import { sendOnce } from '../../../functions/webhook/send-once.ts';
import { webhookPayload } from '../../../functions/webhook/webhook-payload.ts';
import { parseWebhookSecret } from '../../../functions/webhook/webhook-secret.ts';
import { LOOPBACK_CERTIFICATE } from '../../local/docspace/loopback-certificate.ts';

type Asked = { method: string; url: string; type: string | undefined; body: string };

let asked: Asked[];
let answer: (response: ServerResponse) => void;
const serve = (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, type: headers['content-type'], body: Buffer.concat(chunks).toString() });
    answer(response);
  });
};
const secure = createServer(LOOPBACK_CERTIFICATE, serve);
const plain = createPlainServer(serve);
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  for (const server of [secure, plain])
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  asked = [];
  answer = (response) => response.end('ok');
});
afterAll(() => {
  for (const server of [secure, plain]) {
    server.close();
    server.closeAllConnections();
  }
});

const MESSAGE: ToldMessage = {
  subject: 'policy-sync acme: 1 failed',
  headline: '1 failed. 1 in trouble now.',
  lines: ['FAILED 1', '  fleet, UNREACHABLE: acme'],
  page: 'The page: s3://acme/reports/fleet.html',
};
const ca = [LOOPBACK_CERTIFICATE.cert];
const hook = (secret: string, options: Partial<WebhookOptions> = {}) => ({
  hosts: ['127.0.0.1', 'localhost'],
  insecureLoopback: false,
  readSecret: async () => secret,
  ca,
  ...options,
});
const address = (path = '/hook/top-secret') => `https://127.0.0.1:${portOf(secure)}${path}`;

describe('a webhook', () => {
  test('gets the message as JSON, once, over TLS', async () => {
    await openWebhook(hook(`${address()}\n`)).send(MESSAGE);
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/hook/top-secret',
        type: 'application/json',
        body: JSON.stringify(webhookPayload(MESSAGE, 'slack')),
      },
    ]);
  });

  test('may say in its secret which form it wants', async () => {
    await openWebhook(hook(JSON.stringify({ url: address(), format: 'teams' }))).send(MESSAGE);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual(webhookPayload(MESSAGE, 'teams'));
  });

  test.each([
    [
      'an answer that is no 2xx',
      (r: ServerResponse) => r.writeHead(404).end('no such hook'),
      'the answer was 404',
    ],
    [
      'a redirect, which is not followed',
      (r: ServerResponse) => r.writeHead(302, { location: address('/other') }).end(),
      'the answer was 302',
    ],
    ['a connection that is cut', (r: ServerResponse) => r.destroy(), 'it could not be sent (ECONNRESET)'],
  ])('%s is told without the address', async (_, how, message) => {
    answer = how;
    const error = await openWebhook(hook(address()))
      .send(MESSAGE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'NotSentError', message });
    expect(asked).toHaveLength(1);
  });

  test('that does not answer is given up in time', async () => {
    answer = () => {};
    const call = sendOnce(new URL(address()), { method: 'GET', timeLimit: 50, ca });
    await expect(call).rejects.toMatchObject({
      name: 'NotSentError',
      message: 'there was no answer in time',
    });
  });

  test('with a body that never ends has answered by its status', async () => {
    answer = (response) => response.writeHead(200).write('x');
    await sendOnce(new URL(address()), { method: 'GET', timeLimit: 60_000, ca });
  });

  test('with a certificate that nobody vouches for gets nothing, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const call = openWebhook(hook(address(), { ca: undefined })).send(MESSAGE);
    await expect(call).rejects.toThrow('it could not be sent (DEPTH_ZERO_SELF_SIGNED_CERT)');
    vi.unstubAllEnvs();
    expect(asked).toEqual([]);
  });

  test.each([
    ['another host', 'https://evil.example.com/x', 'is not among webhookHosts'],
    ['a host that only begins so', 'https://127.0.0.1.evil.example.com/x', 'is not among webhookHosts'],
    ['plain http', 'http://127.0.0.1/x', 'is no https address'],
    ['a user', 'https://me:word@127.0.0.1/x', 'is no https address'],
    ['no address', 'top-secret', 'is no https address'],
    ['nothing', '', 'is no https address'],
    ['broken JSON', '{"url": "https://127.0.0.1/top-secret"', 'is no address, and no JSON'],
    [
      'an unknown form',
      '{"url": "https://127.0.0.1/top-secret", "format": "xmpp"}',
      'neither slack nor teams',
    ],
    ['no url', '{"heartbeat": "https://127.0.0.1/top-secret"}', 'has no url'],
  ])('whose secret holds %s gets nothing, and no word of it is told', async (_, secret, message) => {
    const error = await openWebhook(hook(secret))
      .send(MESSAGE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'NotSentError', message: expect.stringContaining(message) });
    expect(String(error)).not.toMatch(/top-secret|evil|word/);
    expect(asked).toEqual([]);
  });

  test('in a test of a deployment may be plain http on loopback, and nowhere else', async () => {
    const local = `http://127.0.0.1:${portOf(plain)}/x`;
    await openWebhook(hook(local, { insecureLoopback: true })).send(MESSAGE);
    expect(asked).toHaveLength(1);
    const far = hook('http://hooks.acme.com/x', { insecureLoopback: true, hosts: ['hooks.acme.com'] });
    await expect(openWebhook(far).send(MESSAGE)).rejects.toThrow('is no https address');
  });
});

describe('a heartbeat', () => {
  test('is a GET, without a body', async () => {
    await beat(address('/beat'), hook(''));
    expect(asked).toEqual([{ method: 'GET', url: '/beat', type: undefined, body: '' }]);
  });

  test('may have its address in the webhook’s secret', async () => {
    await beat(true, hook(JSON.stringify({ url: address(), heartbeat: address('/beat') })));
    expect(asked.map(({ url }) => url)).toEqual(['/beat']);
    await expect(beat(true, hook(address()))).rejects.toThrow('has no heartbeat');
  });

  test('that is not taken is told', async () => {
    answer = (response) => response.writeHead(500).end();
    await expect(beat(address('/beat'), hook(''))).rejects.toThrow('the answer was 500');
  });
});

describe('how a message looks', () => {
  test.each([
    ['https://hooks.slack.com/services/T/B/x', 'slack'],
    ['https://acme.webhook.office.com/webhookb2/x', 'teams'],
    ['https://prod-1.westeurope.logic.azure.com/workflows/x', 'teams'],
    ['https://default1.2.environment.api.powerplatform.com/x', 'teams'],
    ['https://chat.acme.com/hooks/x', 'slack'],
  ])('is told by the host %s: %s', (url, format) => {
    const hosts = [new URL(url).hostname];
    expect(parseWebhookSecret(url, { hosts, insecureLoopback: false }).format).toBe(format);
  });

  const evil = [
    '<!channel> @here @all <https://evil.example.com|click>',
    '```',
    '[x](https://evil.example.com) **b** &amp;',
  ];

  test('in Slack: nothing is a mention, a link or formatting', () => {
    const { text } = webhookPayload({ ...MESSAGE, lines: evil }, 'slack') as { text: string };
    expect(text).not.toMatch(/[<>@]/);
    // The block of code is ours alone: it begins and ends once.
    expect(text.split('```')).toHaveLength(3);
    expect(text).toContain('&lt;!channel&gt; ＠here ＠all &lt;https://evil.example.com|click&gt;');
    expect(text).toContain('&amp;amp;');
    expect(text.endsWith(MESSAGE.page)).toBe(true);
  });

  test('in Teams: every text is a run, which reads no Markdown', () => {
    const payload = webhookPayload({ ...MESSAGE, lines: evil }, 'teams') as {
      attachments: { content: { body: { type: string; inlines: { type: string; text: string }[] }[] } }[];
    };
    const body = payload.attachments[0]?.content.body ?? [];
    expect(new Set(body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(body.flatMap(({ inlines }) => inlines.map(({ text }) => text))).toEqual([
      MESSAGE.headline,
      ...evil,
      MESSAGE.page,
    ]);
    expect(JSON.stringify(payload)).not.toContain('msteams');
  });

  test.each([
    ['slack', 4_000],
    ['teams', 28_000],
  ] as const)('of many lines fits into %s, and says what is left out', (format, most) => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `  line ${at} of names`);
    const text = JSON.stringify(webhookPayload({ ...MESSAGE, lines }, format));
    expect(Buffer.byteLength(text)).toBeLessThan(most);
    expect(text).toMatch(/\.\.\. and \d+ more lines: see the page/);
  });
});
