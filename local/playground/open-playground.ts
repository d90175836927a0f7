import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { PortalOutcome } from '../../functions/model/outcome.ts';
import { latestReportKey, REPORTS } from '../../functions/model/policy-ref.ts';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { placeFunction } from '../../infra/place-function.ts';
import { projectRoot } from '../../infra/project-root.ts';
import { type LocalAws, startAws } from '../aws/endpoints.ts';
import { putWithEvent } from '../aws/object-events.ts';
import { type Fleet, startFleet } from '../docspace/fleet.ts';
import { type LocalFunction, openLocalFunction } from '../lambda/local-function.ts';
import { claimFolder } from './claim-folder.ts';
import { letTimePass, type Meanwhile, moveReportsBack } from './let-time-pass.ts';
import { type OwnFiles, openOwnFiles } from './own-files.ts';
import {
  BY_HAND,
  LONG_THERE,
  PLAYGROUND_DESTINATIONS,
  PLAYGROUND_POLICY,
  playgroundFleet,
} from './playground-fleet.ts';

/** A fleet to play with, and the function that keeps it as its policy says, on this machine alone. */
export type Playground = {
  /** Paths in its folder of the files to work with: the keys, which are new each time, and the policy. */
  readonly keys: string;
  readonly policy: string;
  readonly portals: readonly string[];
  /** Somebody changes a portal's schedule by hand. */
  breakSchedule(portal: string): void;
  /** @returns whether there was one */
  deleteSchedule(portal: string): boolean;
  /** Uploads the policy if it has changed, and runs the function as the clock does. What it reports lies in the folder then. */
  tick(): Promise<readonly PlaygroundRun[]>;
  /** @returns what the portals' schedulers did meanwhile */
  pass(ms: number): readonly Meanwhile[];
  close(): Promise<void>;
};

/** A run of the function, as its report tells it. */
export type PlaygroundRun = {
  readonly trigger: 'upload' | 'tick';
  /** Why the function itself failed. */
  readonly failure?: string;
  readonly errors: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  readonly portals: readonly PortalOutcome[];
};

/** @throws FolderInUseError */
export async function openPlayground(folder: string): Promise<Playground> {
  const files = openOwnFiles(folder);
  const release = claimFolder(folder);
  const scratch = mkdtempSync(join(tmpdir(), 'policy-sync-playground-'));
  const [fleet, aws] = await Promise.all([startFleet(playgroundFleet()), startAws()]);
  const fn = openLocalFunction({
    bundle: placeFunction(scratch),
    env: {
      ...aws.env(),
      POLICY_BUCKET: BUCKET,
      ALLOWED_DESTINATIONS: PLAYGROUND_DESTINATIONS,
      ALLOW_INSECURE_LOOPBACK: 'true',
    },
  });
  letTimePass(
    fleet.portals.filter(({ name }) => LONG_THERE.includes(name)),
    HISTORY_MS,
  );
  aws.s3.createBucket(BUCKET, { versioning: true });
  for (const [portal, entry] of Object.entries(fleet.keys()))
    aws.secrets.put(`docspace/portals/${portal}`, JSON.stringify(entry));
  const keys = writeFiles(folder, files, fleet);
  let passed = 0;
  return {
    keys,
    policy: POLICY,
    portals: fleet.portals.map(({ name }) => name),
    breakSchedule: (name) => fleet.portal(name).setSchedule(BY_HAND),
    deleteSchedule: (name) => {
      const portal = fleet.portal(name);
      const was = portal.schedule !== undefined;
      portal.setSchedule(undefined);
      return was;
    },
    tick: () => runTick({ folder, files, aws, fn }),
    pass: (ms) => {
      const now = Date.now();
      moveReportsBack(aws.s3, BUCKET, ms, dayOf(now + passed + ms) - dayOf(now + passed));
      passed += ms;
      const meanwhile = letTimePass(fleet.portals, ms);
      mirrorReports(files, aws);
      return meanwhile;
    },
    close: async () => {
      await Promise.all([fn.close(), fleet.close(), aws.close()]);
      rmSync(scratch, { recursive: true, force: true });
      release();
    },
  };
}

// --- internal ---

const HISTORY_MS = 3 * 86_400_000;
const BUCKET = 'acme-policies';
const POLICY = 'fleet.yaml';
const KEY = `policies/${POLICY}`;

type World = {
  readonly folder: string;
  readonly files: OwnFiles;
  readonly aws: LocalAws;
  readonly fn: LocalFunction;
};

/** @returns the name of the file with the keys: another where somebody has made the usual one their own */
function writeFiles(folder: string, files: OwnFiles, fleet: Fleet): string {
  files.write('.gitignore', '*\n');
  const schema = relative(resolve(folder), join(projectRoot(), 'policies/policy.schema.json'));
  files.write(POLICY, `# yaml-language-server: $schema=${schema}\n${PLAYGROUND_POLICY}`);
  // What an earlier playground has reported is of portals that are gone.
  files.mirror('reports', new Map());
  mkdirSync(join(folder, 'reports'), { recursive: true });
  const entries = Object.entries(fleet.keys()).map(
    ([name, { url, apiKey }]) => `${name}: { url: "${url}", apiKey: "${apiKey}" }\n`,
  );
  const text = `# The playground's keys, good while it runs: it makes them up anew each time.\n${entries.join('')}`;
  return KEY_FILES.find((file) => files.write(file, text)) ?? 'keys.yaml';
}

const KEY_FILES = ['keys.yaml', 'keys.new.yaml'];

async function runTick({ folder, files, aws, fn }: World): Promise<readonly PlaygroundRun[]> {
  const runs: PlaygroundRun[] = [];
  const upload = putPolicy(aws, readFileSync(join(folder, POLICY), 'utf8'));
  if (upload !== undefined) runs.push(await run('upload', upload, aws, fn));
  runs.push(await run('tick', TICK_EVENT, aws, fn));
  mirrorReports(files, aws);
  return runs;
}

/** @returns the event that AWS makes of it; `undefined` where it lies there already */
function putPolicy(aws: LocalAws, text: string): unknown {
  if (aws.s3.text(BUCKET, KEY) === text) return undefined;
  return putWithEvent(aws.s3, BUCKET, KEY, text);
}

async function run(
  trigger: PlaygroundRun['trigger'],
  event: unknown,
  { s3 }: LocalAws,
  fn: LocalFunction,
): Promise<PlaygroundRun> {
  const { errorType, errorMessage } = await fn.invoke(event);
  const report = s3.text(BUCKET, latestReportKey('fleet'));
  const [{ errors, portals }] = report === undefined ? [NOTHING] : JSON.parse(report).policies;
  return { trigger, errors, portals, ...(errorType !== undefined && { failure: errorMessage ?? errorType }) };
}

const NOTHING = { errors: [], portals: [] };

function mirrorReports(files: OwnFiles, { s3 }: LocalAws): void {
  const texts = s3.keys(BUCKET, REPORTS).map((key) => [key, s3.text(BUCKET, key) ?? ''] as const);
  files.mirror('reports', new Map(texts));
}

/** Days since 1970. */
function dayOf(time: number): number {
  return Math.floor(time / 86_400_000);
}
