import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { findProgram } from './processes.ts';
import { cacheFolder, type Progress } from './project.ts';

/** Whether a desktop VS Code could open a window here. */
export function hasDisplay(): boolean {
  return (
    process.platform !== 'linux' || (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== ''
  );
}

/** The program of a desktop VS Code of this version, downloaded once. Rejects when it cannot be had. */
export async function obtainDesktop(version: string, progress: Progress): Promise<string> {
  progress(`Looking for VS Code ${version} (downloaded once, about 150 MB) …`);
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: cacheFolder, timeout: 30_000 });
  } catch (error) {
    throw new Error(`VS Code ${version} could not be downloaded to ${join(cacheFolder)}.`, { cause: error });
  }
}

/** The `code` of this machine, for the playground. */
export function findCode(): Promise<string | undefined> {
  return findProgram(['code']);
}

/** What a program of the desktop needs to find its screen. */
export function displayVariables(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of [
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'DBUS_SESSION_BUS_ADDRESS',
  ]) {
    const value = process.env[name];
    if (value !== undefined) {
      found[name] = value;
    }
  }
  return found;
}
