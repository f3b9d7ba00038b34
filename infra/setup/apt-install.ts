/** Installs one of Debian's packages where we may: as root, with apt-get. */
import { spawnSync } from 'node:child_process';

/** The last words of apt-get when it failed; null when the package is installed; says so when this system or user cannot. */
export function aptInstall(name: string): string | null {
  if (process.getuid?.() !== 0) return 'only root may install packages';
  const aptGet = (...args: string[]) =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
    });
  const install = () => aptGet('install', '-y', '--no-install-recommends', name);
  const first = install();
  if (first.error) return 'this system has no apt-get';
  if (first.status === 0) return null;
  aptGet('update');
  const second = install();
  return second.status === 0 ? null : second.stderr.trim().slice(-400);
}
