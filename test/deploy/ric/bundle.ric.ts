import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../../infra/bundle-function.ts';
import { FUNCTION_ENTRY } from '../../../infra/project-root.ts';
import { type LocalAws, startAws } from '../../../local/aws/endpoints.ts';
import { eventBridgeEvent } from '../../../local/aws/object-events.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText, type Report } from '../../functions/deployment.ts';
import { synthesize } from '../../infra/synthesize.ts';
import { type HeldProcess, holdProcess } from '../held-process.ts';
import { type RuntimeApi, type RuntimeInvocation, startRuntimeApi } from './runtime-api.ts';
import { type RuntimeClient, runtimeClient } from './runtime-client.ts';

const BUCKET = 'acme-policies';
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:policy-sync';

/** The bundle under what really runs it in AWS: its form, its handler's name, its context and its errors. */
describe('the bundle under AWS’s own runtime client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-ric-'));
  const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let client: RuntimeClient;
  let handlerName: string;
  let aws: LocalAws;
  let fleet: Fleet;
  let runtime: Runtime;

  beforeAll(async () => {
    client = await runtimeClient();
    bundleFunction(FUNCTION_ENTRY, folder);
    const functions = synthesize().template.findResources('AWS::Lambda::Function');
    handlerName = Object.values(functions)[0]?.Properties.Handler;
    aws = await startAws();
    ends.push(aws.close);
    fleet = await startFleet([{ name: 'acme' }, { name: 'globex' }]);
    ends.push(fleet.close);
    aws.s3.createBucket(BUCKET, { versioning: true });
    for (const [portal, entry] of Object.entries(fleet.keys())) {
      aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
    }
    runtime = await start(handlerName);
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('takes an upload by the handler that the stack names, and answers with its account', async () => {
    const answer = await upload('request-1', 7);
    expect(answer).toMatchObject({ kind: 'response', body: { schema: 1, ok: true, totals: { create: 2 } } });
    expect(report().trigger).toEqual({ kind: 'upload', run: 'request-1' });
    expect(fleet.portal('acme').schedule?.backupsStored).toBe(7);
  });

  it('reads its time from the context: near the deadline no portal starts', async () => {
    const answer = await upload('request-2', 8, 30_000);
    expect(answer).toMatchObject({ kind: 'error', body: { errorType: 'PortalsLeftError' } });
    expect(report().policies[0].portals.map(({ error }) => error?.code)).toEqual([
      'INTERRUPTED',
      'INTERRUPTED',
    ]);
    expect(fleet.portal('acme').schedule?.backupsStored).toBe(7);
  });

  it('tells an error by its own name and message', async () => {
    fleet.portal('globex').fault = { kind: 'status', status: 503, headers: { 'retry-after': '600' } };
    const answer = await upload('request-3', 9);
    expect(answer).toMatchObject({
      kind: 'error',
      body: {
        errorType: 'PortalsLeftError',
        errorMessage: 'attempt 1 of 3: 1 portal of policy "fleet" to be tried again',
      },
    });
    fleet.portal('globex').fault = undefined;
  });

  it('goes on after an error in the same process', async () => {
    expect(await upload('request-4', 10)).toMatchObject({ kind: 'response', body: { ok: true } });
    expect(runtime.process.hasEnded()).toBe(false);
  });

  it('would not start by another handler’s name', async () => {
    const { api, process } = await start('index.handlers');
    expect(await api.initError).toMatchObject({
      kind: 'init-error',
      body: { errorType: 'Runtime.HandlerNotFound' },
    });
    await process.release();
  });

  type Runtime = { readonly api: RuntimeApi; readonly process: HeldProcess };

  async function start(handler: string): Promise<Runtime> {
    const api = await startRuntimeApi(ARN);
    ends.push(api.close);
    const process = holdProcess(
      [client.node, client.file],
      { ...environment(api, handler), ...aws.env() },
      folder,
    );
    ends.push(process.release);
    return { api, process };
  }

  function environment(api: RuntimeApi, handler: string): Record<string, string> {
    return {
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_FUNCTION_NAME: 'policy-sync',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/policy-sync',
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      POLICY_BUCKET: BUCKET,
      ALLOW_INSECURE_LOOPBACK: 'true',
      ALLOWED_DESTINATIONS: 'ThirdPartyConsumer:s3:acme-*',
    };
  }

  async function upload(requestId: string, backupsStored: number, timeMs = 900_000) {
    let event: unknown;
    const forget = aws.s3.onChange((change) => {
      event ??= eventBridgeEvent(change);
    });
    aws.s3.put(BUCKET, 'policies/fleet.yaml', policyText(['acme', 'globex'], backupsStored));
    forget();
    const invocation: RuntimeInvocation = { requestId, event, deadline: Date.now() + timeMs };
    const answer = await Promise.race([runtime.api.invoke(invocation), runtime.api.initError]);
    return answer;
  }

  function report(): Report {
    return JSON.parse(aws.s3.text(BUCKET, 'reports/fleet/latest.json') ?? 'null');
  }
});
