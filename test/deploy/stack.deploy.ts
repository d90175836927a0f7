import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedWorld, openDeployedWorld } from './deployed-world.ts';
import { describeFailures } from './describe-failures.ts';
import { describeGrowth, GROWTH_PORTALS } from './describe-growth.ts';
import { BUSY_PORTALS, describeOneRun } from './describe-one-run.ts';
import { describeQueue, QUEUE_PORTALS } from './describe-queue.ts';
import { describeTicks } from './describe-ticks.ts';
import { describeUploads, FLEET_PORTALS } from './describe-uploads.ts';
import { describeAlarms, describeWires } from './describe-wires.ts';
import { LAMBDA_NODE_MAJOR } from './lambda-node.ts';
import { stackHandle } from './stack-handle.ts';

const STORED = [...FLEET_PORTALS, 'flaky', 'down', 'sound', 'held', ...BUSY_PORTALS, ...QUEUE_PORTALS];

/** One story: each part finds the stack as the one before has left it. */
describe('the deployed stack', () => {
  let opened: DeployedWorld | undefined;
  const world = (): DeployedWorld => {
    if (!opened) throw new Error('nothing is deployed');
    return opened;
  };
  const stack = stackHandle(world);
  const begin = performance.now();

  beforeAll(async () => {
    opened = await openDeployedWorld([...STORED, ...GROWTH_PORTALS]);
    const keys = opened.fleet.keys();
    for (const portal of STORED) {
      const secret = { Name: `docspace/portals/${portal}`, SecretString: JSON.stringify(keys[portal]) };
      await opened.secrets.send(new CreateSecretCommand(secret));
    }
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !opened) return;
    const log = await stack.logText().catch((error: unknown) => `can't be read: ${error}`);
    const last = (lines: readonly string[]) => lines.slice(-60).join('\n');
    tell(
      `The function's log:\n${last(log.split('\n'))}\nThe emulator's last lines:\n${last(opened.emulatorLines)}`,
    );
  });
  afterAll(async () => {
    const figures = [...(opened?.figures ?? [])].map(([name, value]) => `  ${name}: ${value}`);
    await opened?.close();
    tell(`Figures:\n${figures.join('\n')}\n  all (ms): ${Math.round(performance.now() - begin)}`);
  });

  describeWires(world);
  describeUploads(world, stack);
  describeTicks(world, stack);
  describeQueue(world, stack);
  describeGrowth(world, stack);
  describeFailures(world, stack);
  describeOneRun(world, stack);
  describeAlarms(world, stack);

  describe('the function', () => {
    it(`ran on Node.js ${LAMBDA_NODE_MAJOR} alone`, () => {
      const versions = world().nodeVersions();
      expect(versions.length).toBeGreaterThan(0);
      for (const version of versions) expect(version).toMatch(new RegExp(`^v${LAMBDA_NODE_MAJOR}\\.`));
    });

    it('told no key in its log', async () => {
      const text = await stack.logText();
      for (const { apiKey } of Object.values(world().fleet.keys())) expect(text).not.toContain(apiKey);
    });
  });
});

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}
