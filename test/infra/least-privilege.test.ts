import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { FUNCTION_ENTRY, projectRoot } from '../../infra/project-root.ts';
import { statementsOf, synthesize } from './synthesize.ts';

// No emulator enforces IAM. So: what our own sources in the deployed bundle ask of AWS, against what the role allows.

/** What AWS asks for before it answers a command. A command that is not here fails the test: look it up, and add it. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  // Without ListBucket a missing object answers 403, not 404.
  GetObjectCommand: ['s3:GetObject', 's3:ListBucket'],
  HeadObjectCommand: ['s3:GetObject', 's3:ListBucket'],
  // Tags that come with an object are asked for by themselves.
  PutObjectCommand: ['s3:PutObject', 's3:PutObjectTagging'],
  ListObjectsV2Command: ['s3:ListBucket'],
  ListObjectVersionsCommand: ['s3:ListBucketVersions'],
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  // It asks for GetSecretValue on each secret of the batch, too.
  BatchGetSecretValueCommand: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
  PublishCommand: ['sns:Publish'],
  ListSecretsCommand: ['secretsmanager:ListSecrets'],
  SendMessageCommand: ['sqs:SendMessage'],
  // There is no action of its own for ten.
  SendMessageBatchCommand: ['sqs:SendMessage'],
};

/** What Lambda itself does with the role, without a command of ours. */
const OF_LAMBDA = new Set([
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:SendMessage',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
]);

/** What AWS accepts for any resource alone. A narrower grant would be no grant at all. */
const WIDE = ['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'];

const needed = actionsOf(commandsOf(ourSources()));
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:told';
const { template } = synthesize({ messages: { topicArn } });
const statements = statementsOf(template, 'What policy-sync may do');
const allowed = new Set(statements.flatMap(({ Action }) => Action));

describe('the role of the function', () => {
  it('allows every call that the code makes', () => {
    expect(needed.size).toBeGreaterThan(0);
    expect([...needed].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('has no statement that the code does not use', () => {
    const idle = [...allowed].filter((action) => !needed.has(action) && !OF_LAMBDA.has(action));
    expect(idle).toEqual([]);
  });

  it.each(WIDE)('lets %s be called at all: on any resource, since AWS accepts no other', (action) => {
    const granting = statements.filter(({ Action }) => [Action].flat().includes(action));
    expect(granting.map(({ Resource }) => Resource)).toEqual(['*']);
  });

  it('lets nothing else be called on any resource', () => {
    const wide = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(wide.map(({ Action }) => Action)).toEqual(WIDE);
  });
});

describe('the search for calls', () => {
  const imports = (names: string) => `import { ${names} } from '@aws-sdk/client-s3';\n`;

  it.each([
    ['a command', `${imports('S3Client, GetObjectCommand')}new GetObjectCommand({})`, ['GetObjectCommand']],
    ['one over several lines', `${imports('\n  type A,\n  PutObjectCommand,\n')}`, ['PutObjectCommand']],
    ['one under another name', `${imports('PutObjectCommand as Put')}new Put()`, ['PutObjectCommand']],
    [
      'one that is loaded when it is needed',
      "const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');",
      ['ListObjectsV2Command'],
    ],
    [
      'one of a module taken whole',
      "const s3 = await import('@aws-sdk/client-s3');\nnew s3.GetObjectCommand({})",
      ['GetObjectCommand'],
    ],
    ['none in the name of a type', imports('type GetObjectCommandInput'), []],
    [
      'none in a comment',
      `${imports('S3Client')}// PutObjectCommand is not for us\n/* nor GetObjectCommand */`,
      [],
    ],
    ['none in a source that does not speak to AWS', 'class RunCommand {}', []],
    [
      'an older version',
      `${imports('GetObjectCommand')}new GetObjectCommand({ Bucket, Key, VersionId: version })`,
      ['GetObjectCommand', 'VersionId'],
    ],
    [
      'a version in an answer',
      `${imports('GetObjectCommand')}const { VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key }))`,
      ['GetObjectCommand'],
    ],
  ])('finds %s', (_, source, found) => {
    expect([...commandsOf([source])]).toEqual(found);
  });

  it('fails on a command that nobody has looked up', () => {
    expect(() => actionsOf(new Set(['DeleteObjectCommand']))).toThrow('DeleteObjectCommand');
  });
});

/** The text of each of our own sources that is in the bundle. */
function ourSources(): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'policy-sync-bundle-'));
  try {
    const { inputs } = bundleFunction(FUNCTION_ENTRY, outdir);
    const own = inputs.filter((path) => !path.includes('node_modules/'));
    return own.map((path) => readFileSync(join(projectRoot(), path), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The AWS commands that these sources name, and `VersionId` where a read asks for a version of its own. */
function commandsOf(sources: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const source of sources) {
    if (!source.includes("'@aws-sdk/client-")) continue;
    const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    for (const [command] of code.matchAll(/\b[A-Z]\w*Command\b/g)) found.add(command);
    for (const [, call] of code.matchAll(/\bpaginate([A-Z]\w*)\b/g)) found.add(`${call}Command`);
    // The first closing brace ends the input: inputs are flat here.
    if (/new (GetObject|HeadObject)Command\(\s*\{[^}]*\bVersionId\b/.test(code)) found.add('VersionId');
  }
  return found;
}

function actionsOf(commands: ReadonlySet<string>): ReadonlySet<string> {
  const actions = new Set<string>();
  for (const command of commands) {
    const known = command === 'VersionId' ? ['s3:GetObjectVersion'] : ACTIONS[command];
    if (known === undefined) throw new Error(`which actions does ${command} need?`);
    for (const action of known) actions.add(action);
  }
  return actions;
}
