import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../infra/project-root.ts';
import { runCommand } from './run-command.ts';

/**
 * A Python of this project's own, below `.venv/`, with the packages of requirements.txt. Made once.
 * @returns the path of its interpreter
 * @throws Error that says what to do where Python or the packages can't be had
 */
export async function pythonVenv(): Promise<string> {
  const root = projectRoot();
  const requirements = join(root, 'test/deploy/requirements.txt');
  const folder = join(root, '.venv');
  const stamp = join(folder, 'installed.txt');
  const python = join(folder, 'bin/python');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;

  const base = await findPython();
  await runCommand(base, ['-m', 'venv', '--clear', folder], { deadlineMs: 120_000 }).catch((cause) => {
    throw new Error(
      `${base} can't make a virtual environment: install its venv module (Debian and Ubuntu: python3-venv)`,
      { cause },
    );
  });
  const options = ['--disable-pip-version-check', '--no-input', '--only-binary=:all:'];
  await runCommand(python, ['-m', 'pip', 'install', ...options, '-r', requirements], {
    deadlineMs: 240_000,
  }).catch((cause) => {
    throw new Error(
      `The packages of test/deploy/requirements.txt can't be installed. This test needs a Python package registry, once.\n${cause.message}`,
      { cause },
    );
  });
  writeFileSync(stamp, wanted);
  return python;
}

// --- internal ---

const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

const PROBE = 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)';

async function findPython(): Promise<string> {
  for (const name of NAMES) {
    const fits = await runCommand(name, ['-c', PROBE], { deadlineMs: 30_000 }).then(
      () => true,
      () => false,
    );
    if (fits) return name;
  }
  throw new Error(
    `No Python 3.10 or newer was found (looked for ${NAMES.join(', ')}). The deployment is tested against an AWS emulator written in Python: install Python, then run again.`,
  );
}
