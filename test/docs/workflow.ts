import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

export type Step = {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
};

export type Job = {
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly needs?: string;
  readonly steps: readonly Step[];
};

export type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly defaults: object;
  readonly jobs: Readonly<Record<'plan' | 'comment' | 'upload', Job>>;
};

export const WORKFLOW_TEXT = readFileSync('docs/github-actions.yml', 'utf8');

/** The example workflow, read strictly: no name twice, no merge, no tag. */
export function readWorkflow(): Workflow {
  const document = parseDocument(WORKFLOW_TEXT, { strict: true, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) throw problems[0];
  return document.toJS();
}

/** What each job or step may say, as GitHub has it; a slip in a name would be passed over there. */
export const KNOWN = {
  workflow: ['name', 'on', 'permissions', 'defaults', 'jobs'],
  job: [
    ...['if', 'runs-on', 'environment', 'timeout-minutes', 'concurrency', 'permissions', 'outputs'],
    ...['needs', 'steps'],
  ],
  step: ['name', 'id', 'if', 'uses', 'run', 'with', 'env', 'working-directory'],
  /** Inputs of the actions in use, at the version they are pinned to. */
  inputs: {
    'actions/checkout': [
      ...['persist-credentials', 'ref', 'path', 'sparse-checkout', 'sparse-checkout-cone-mode'],
    ],
    'actions/setup-node': ['node-version', 'package-manager-cache'],
    'aws-actions/configure-aws-credentials': ['aws-region', 'role-to-assume'],
    'actions/upload-artifact': ['name', 'path', 'retention-days'],
    'actions/download-artifact': ['name', 'path'],
  } as Readonly<Record<string, readonly string[]>>,
};
