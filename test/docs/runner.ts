import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import type { Job } from './workflow.ts';

/** As much of a machine that runs workflows as this one needs: the shell lines run, actions do not. */
export type Runner = {
  /** Below the repository's folder. */
  write(files: Readonly<Record<string, string>>): void;
  /** Objects of the bucket, by key. */
  readonly bucket: Map<string, string>;
  /** What the stubs were called with. */
  calls(): readonly string[];
  /** What the steps wrote for the job's summary, and the text of plan.md. */
  summary(): string;
  plan(): string;
  /**
   * @param values what `${{ ... }}` in a step's environment stands for
   * @returns the step that failed, if one did, and all that was printed
   */
  run(job: Job, values: Readonly<Record<string, string>>): Promise<Ran>;
  close(): void;
};

export type Ran = {
  readonly failed: string | undefined;
  readonly text: string;
  readonly outputs: Readonly<Record<string, string>>;
};

/** @param env what the machine has, besides the paths */
export function openRunner(env: Readonly<Record<string, string>>): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-runner-'));
  const at = (...names: string[]) => join(folder, ...names);
  for (const name of ['repository', 'temp', 'bin', 'bucket', 'files']) mkdirSync(at(name));
  for (const [name, text] of Object.entries(stubs(folder))) {
    writeFileSync(at('bin', name), text);
    chmodSync(at('bin', name), 0o755);
  }
  writeFileSync(at('files', 'policy-sync.tgz'), PACKAGE);
  const bucket = new Map<string, string>();
  const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const files = Object.fromEntries(
    ['ENV', 'PATH', 'OUTPUT', 'STEP_SUMMARY'].map((name) => [`GITHUB_${name}`, at('files', name)]),
  );
  return {
    write: (each) => {
      for (const [path, content] of Object.entries(each)) put(at('repository', path), content);
    },
    bucket,
    calls: () =>
      text(at('calls'))
        .split('\n')
        .filter((line) => line !== ''),
    summary: () => text(String(files.GITHUB_STEP_SUMMARY)),
    plan: () => text(at('temp', 'plan.md')),
    run: async (job, values) => {
      for (const name of ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OUTPUT'])
        writeFileSync(String(files[name]), '');
      rmSync(at('bucket'), { recursive: true });
      mkdirSync(at('bucket'));
      for (const [key, content] of bucket) put(at('bucket', key), content);
      let printed = '';
      for (const step of job.steps) {
        if (step.run === undefined) continue;
        const stepEnv = {
          ...env,
          ...files,
          ...readVariables(text(String(files.GITHUB_ENV))),
          PATH: [...text(String(files.GITHUB_PATH)).trim().split('\n'), at('bin'), process.env.PATH].join(
            ':',
          ),
          HOME: folder,
          RUNNER_TEMP: at('temp'),
          ...Object.fromEntries(
            Object.entries(step.env ?? {}).map(([name, said]) => [
              name,
              said.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression) =>
                expression === 'steps.plan.outputs.status'
                  ? (readVariables(text(String(files.GITHUB_OUTPUT))).status ?? '')
                  : (values[expression] ?? `no value for ${expression}`),
              ),
            ]),
          ),
        };
        const { code, said } = await bash(
          step.run,
          at('repository', step['working-directory'] ?? ''),
          stepEnv,
        );
        printed += said;
        if (code !== 0)
          return {
            failed: step.name ?? step.run,
            text: printed,
            outputs: readVariables(text(String(files.GITHUB_OUTPUT))),
          };
      }
      return { failed: undefined, text: printed, outputs: readVariables(text(String(files.GITHUB_OUTPUT))) };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the stub of curl gives for every address. */
export const PACKAGE = 'the package\n';

// --- internal ---

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** As the machine reads them: a name, the first `=`, the rest of the line. */
function readVariables(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

/** The commands that reach out, each noting how it was called. */
function stubs(folder: string): Readonly<Record<string, string>> {
  const note = `#!/usr/bin/env bash\nset -euo pipefail\nprintf '%s %s\\n' "$(basename "$0")" "$*" >> '${folder}/calls'\n`;
  const command = join(projectRoot(), 'cli/policy-sync.mjs');
  const shim = `#!/usr/bin/env bash\\nexec "${process.execPath}" "${command}" "$@"\\n`;
  return {
    curl: `${note}while [ "$1" != --output ]; do shift; done; cp '${folder}/files/policy-sync.tgz' "$2"\n`,
    npm: `${note}while [ "$1" != --prefix ]; do shift; done; mkdir -p "$2/node_modules/.bin"
printf '${shim}' > "$2/node_modules/.bin/policy-sync"; chmod +x "$2/node_modules/.bin/policy-sync"\n`,
    gh: `${note}while [ "$1" != --body-file ]; do shift; done; test -s "$2"\n`,
    aws: `${note}case "$1 $2" in
  's3 cp')
    from="$4" to="$5"
    if [ "$to" = - ]; then cat "\${from/s3:\\/\\/acme-policies/${folder.replaceAll('/', '\\/')}\\/bucket}"
    else to="\${to/s3:\\/\\/acme-policies/${folder.replaceAll('/', '\\/')}\\/bucket}"; mkdir -p "$(dirname "$to")"; cp "$from" "$to"; fi;;
  's3api list-objects-v2') cd '${folder}/bucket'; find policies -type f 2> /dev/null | sort || echo None;;
  *) exit 64;;
esac\n`,
  };
}
