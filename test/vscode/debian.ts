import { access } from 'node:fs/promises';
import { findProgram, run } from './processes.ts';
import type { Progress } from './project.ts';

/** Whether Debian packages can be installed here without asking anybody. */
export async function isRootOnDebian(): Promise<boolean> {
  if (process.getuid?.() !== 0 || (await findProgram(['apt-get'])) === undefined) {
    return false;
  }
  return access('/etc/debian_version').then(
    () => true,
    () => false,
  );
}

/** Installs Debian packages; rejects with what apt-get said. */
export async function installPackages(names: readonly string[], progress: Progress): Promise<void> {
  progress(`Installing ${names.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
}
