import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The C programs of the bench, or why there are none. */
export type CPrograms =
  | { readonly fleetServer: string; readonly floor: string }
  | { readonly missing: string };

export function compileC(sources: string, folder: string): CPrograms {
  const compile = (name: string): string => {
    const program = join(folder, name);
    const args = ['-O2', join(sources, `${name}.c`), '-o', program, '-lssl', '-lcrypto'];
    execFileSync('cc', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    return program;
  };
  try {
    return { fleetServer: compile('fleet-server'), floor: compile('floor') };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') return { missing: 'there is no C compiler (cc)' };
    const first = String(stderr ?? error).split('\n')[0];
    return { missing: `the C programs do not compile: are OpenSSL's headers there (libssl-dev)? ${first}` };
  }
}
