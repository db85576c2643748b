import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Disposable, onDispose } from './disposable.ts';
import { systemErrorCode } from './errors.ts';
import { listHops } from './links.ts';

export type WatchOptions = {
  /** How long to gather events before one call, in milliseconds. Default 50. */
  readonly debounceMs?: number;
  /** How often to look where no events come, in milliseconds. Default 500. */
  readonly pollMs?: number;
};

/**
 * Calls `onChange` within a second after any of the files was changed, made or removed, by whichever program;
 * now and then also when nothing changed. Folders are watched, the ones that symbolic links lead to included;
 * where a folder does not exist, or its file system tells no events, the files are looked at instead.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  options: WatchOptions = {},
): Disposable {
  return startWatch(
    {
      find: async () => {
        const found = await Promise.all(paths.map(listHops));
        return found.flat().map(hop => ({ folder: dirname(hop), name: basename(hop) }));
      },
      sign: async () => (await Promise.all(paths.map(signFile))).join('\n'),
    },
    onChange,
    options,
  );
}

/** The same for the files of a folder (not below), rewrites in place included; the folder need not exist yet. */
export function watchFolder(path: string, onChange: () => void, options: WatchOptions = {}): Disposable {
  return startWatch(
    {
      find: async () => [{ folder: path, name: undefined }],
      sign: async () => {
        const names = await listNames(path);
        return (
          await Promise.all(names.map(async name => `${name} ${await signFile(join(path, name))}`))
        ).join('\n');
      },
    },
    onChange,
    options,
  );
}

/** A folder to watch, and the name in it that matters; undefined for all. */
type Spot = { readonly folder: string; readonly name: string | undefined };

type Plan = {
  /** Where to watch now; links may lead elsewhere later. */
  find(): Promise<readonly Spot[]>;
  /** A text that differs when something changed. */
  sign(): Promise<string>;
};

function startWatch(plan: Plan, onChange: () => void, options: WatchOptions): Disposable {
  const { debounceMs = 50, pollMs = 500 } = options;
  const watchers = new Map<string, FSWatcher>();
  let spots: readonly Spot[] = [];
  let signature: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let isBusy = false;
  let isDisposed = false;
  // The first look always tells: what changed between the caller's own reading and now is not missed.
  let isTouched = true;

  const schedule = (ms: number): void => {
    const due = performance.now() + ms;
    if (isDisposed || due >= dueAt) {
      return;
    }
    clearTimeout(timer);
    dueAt = due;
    timer = setTimeout(look, ms);
  };

  const onEvent = (folder: string, name: string | null): void => {
    const matters = spots.some(
      spot => spot.folder === folder && (spot.name === undefined || name === null || spot.name === name),
    );
    isTouched ||= matters;
    // Some systems spell a name in another way than it is asked for: look all the same, in a while.
    schedule(matters ? debounceMs : pollMs);
  };

  const look = (): void => {
    timer = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    if (isBusy) {
      schedule(debounceMs);
      return;
    }
    isBusy = true;
    compare().then(
      needsPoll => {
        isBusy = false;
        if (needsPoll) {
          schedule(pollMs);
        }
      },
      () => {
        isBusy = false;
        schedule(pollMs);
      },
    );
  };

  /** Watches what there is to watch, then tells of a change. Resolves to whether to look again without an event. */
  const compare = async (): Promise<boolean> => {
    signature ??= await plan.sign();
    const wanted = await plan.find();
    const isWhole = await arm(wanted);
    const now = await plan.sign();
    const hasChanged = isTouched || now !== signature;
    isTouched = false;
    signature = now;
    if (hasChanged && !isDisposed) {
      onChange();
    }
    return !isWhole;
  };

  /** Resolves to whether events will come from every folder. */
  const arm = async (wanted: readonly Spot[]): Promise<boolean> => {
    const ids = new Map<string, string>();
    let isWhole = true;
    for (const folder of new Set(wanted.map(spot => spot.folder))) {
      const id = await identify(folder);
      if (id === undefined) {
        isWhole = false;
      } else {
        ids.set(id, folder);
      }
    }
    if (isDisposed) {
      return true;
    }
    spots = wanted;
    for (const [id, watcher] of watchers) {
      if (!ids.has(id)) {
        watcher.close();
        watchers.delete(id);
      }
    }
    for (const [id, folder] of ids) {
      isWhole = (watchers.has(id) || open(id, folder)) && isWhole;
    }
    return isWhole;
  };

  const open = (id: string, folder: string): boolean => {
    try {
      const watcher = watch(folder, (_event, name) => onEvent(folder, name));
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(id);
        schedule(debounceMs);
      });
      watchers.set(id, watcher);
      return true;
    } catch {
      // No watches left, or none here: looking must do.
      return false;
    }
  };

  look();
  return onDispose(() => {
    isDisposed = true;
    clearTimeout(timer);
    for (const watcher of watchers.values()) {
      watcher.close();
    }
    watchers.clear();
  });
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return [`:${systemErrorCode(error)}`];
  }
}

async function signFile(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return systemErrorCode(error) ?? 'error';
  }
}

/** File systems of other machines, by their numbers in Linux's `statfs`: no events come of what others change there. */
const REMOTE_TYPES: ReadonlySet<bigint> = new Set([
  0x6969n, // NFS
  0x517bn, // SMB
  0xff534d42n, // CIFS
  0xfe534d42n, // SMB2
  0x01021997n, // 9P: Windows drives in WSL, some containers
  0x65735546n, // FUSE
  0x5346414fn, // AFS
  0x00c36400n, // Ceph
]);

/** A text for the folder that a new folder of that name would not have; undefined when no events come from there. */
async function identify(folder: string): Promise<string | undefined> {
  if (process.platform === 'win32' && folder.startsWith('\\\\')) {
    return undefined;
  }
  try {
    const stats = await stat(folder, { bigint: true });
    if (!stats.isDirectory()) {
      return undefined;
    }
    if (process.platform === 'linux') {
      const { type } = await statfs(folder, { bigint: true });
      if (REMOTE_TYPES.has(type & 0xffffffffn)) {
        return undefined;
      }
    }
    return `${folder} ${stats.dev} ${stats.ino}`;
  } catch {
    return undefined;
  }
}
