import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { PolicySyncProps } from '../../infra/policy-sync-props.ts';
import { PolicySyncStack } from '../../infra/policy-sync-stack.ts';
import { projectRoot } from '../../infra/project-root.ts';

/** What `cdk synth` makes of these settings. It takes a second: once a file. */
export type Synthesized = {
  readonly app: App;
  readonly stack: Stack;
  readonly template: Template;
  readonly warnings: readonly string[];
  /** The names of all files that are deployed as code. */
  readonly codeFiles: readonly string[];
};

export function synthesize(settings: PolicySyncProps = {}): Synthesized {
  return synthesizeStack((app) => new PolicySyncStack(app, 'PolicySync', settings));
}

/** The same for a stack of any kind, with the feature flags of cdk.json. */
export function synthesizeStack(make: (app: App) => Stack): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'policy-sync-synth-'));
  try {
    const { context } = JSON.parse(readFileSync(join(projectRoot(), 'cdk.json'), 'utf8'));
    const app = new App({ outdir, context });
    const stack = make(app);
    const template = Template.fromStack(stack);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    return {
      app,
      stack,
      template,
      warnings: warnings.map(({ entry }) => String(entry.data)),
      codeFiles: listCodeFiles(outdir, stack, template),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** An app that is never synthesized, for constructs that only have to stand somewhere. */
export function scratchApp(context: Readonly<Record<string, unknown>> = {}): App {
  return new App({
    outdir: join(projectRoot(), 'node_modules', '.cache', 'policy-sync', 'scratch'),
    context,
  });
}

/** The logical id of the one resource of this type. */
export function onlyId(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  const [id, ...more] = ids;
  if (id === undefined || more.length > 0) throw new Error(`${ids.length} resources of ${type}, not one`);
  return id;
}

/** The logical id of the one resource of this type whose construct is called so. */
export function idOf(template: Template, type: string, name: string): string {
  const ids = Object.keys(template.findResources(type)).filter((id) => id.includes(name));
  const [id, ...more] = ids;
  if (id === undefined || more.length > 0)
    throw new Error(`${ids.length} resources of ${type} for ${name}, not one`);
  return id;
}

/** The properties of the one resource of this type. */
export function onlyProperties(template: Template, type: string): Readonly<Record<string, unknown>> {
  return template.findResources(type)[onlyId(template, type)]?.Properties;
}

/** Reference to the ARN of the one resource of this type. */
export function arnOf(template: Template, type: string): unknown {
  return { 'Fn::GetAtt': [onlyId(template, type), 'Arn'] };
}

/** Reference to the one resource of this type. */
export function refTo(template: Template, type: string): unknown {
  return { Ref: onlyId(template, type) };
}

/** The policy statements that stand in the role whose description starts so. */
export function statementsOf(template: Template, description: string): readonly Statement[] {
  const roles = Object.values(template.findResources('AWS::IAM::Role')).filter((role) =>
    role.Properties.Description.startsWith(description),
  );
  if (roles.length !== 1) throw new Error(`${roles.length} roles are described as "${description}"`);
  return roles[0]?.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
}

export type Statement = {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

// --- internal ---

function listCodeFiles(outdir: string, { artifactId }: Stack, template: Template): readonly string[] {
  const key: unknown = Object.values(template.findResources('AWS::Lambda::Function'))[0]?.Properties.Code
    .S3Key;
  const assets = JSON.parse(readFileSync(join(outdir, `${artifactId}.assets.json`), 'utf8'));
  const { path } = assets.files[String(key).replace('.zip', '')].source;
  return readdirSync(join(outdir, path)).sort();
}
