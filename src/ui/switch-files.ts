import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { FileName } from '../aws-files/kinds.ts';
import type { FilePaths, PathOverrides } from '../aws-files/location.ts';
import { isSameFile } from '../aws-files/same-file.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { pairText } from '../view/files-place.ts';
import { shortPath } from '../view/words.ts';
import type { Call } from './call.ts';
import type { CommandTable } from './edge.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'store' | 'window' | 'ready' | 'system' | 'files'>;

const FILES: readonly FileName[] = ['config', 'credentials'];

/** Which pair of files Rolecall works with. */
export function filesCommands(parts: Needs) {
  return {
    switchFiles: call => switchFiles(call, parts),
  } satisfies CommandTable;
}

async function switchFiles(call: Call, parts: Needs): Promise<FilePaths> {
  await parts.ready;
  const pair = simplify(call.by === 'program' ? pairOf(call, parts) : await pickPair(parts), parts);
  const paths = pathsOf(pair, parts);
  await checkPair(paths);
  await parts.files.choose(pair);
  if (call.by === 'user') {
    tell(paths, parts);
  }
  return { ...parts.store.paths };
}

/** What a program names: a path, null for where AWS's tools look, and what it leaves out stays. */
function pairOf(call: Call, { files }: Needs): PathOverrides {
  const { present } = files;
  const read = (file: FileName, index: number): string | undefined => {
    const value = call.args[index];
    if (value === undefined) {
      return present[file];
    }
    if (value !== null && typeof value !== 'string') {
      throw new UserError(`The path of the ${file} file is not a text.`, {
        hint: 'Give a path, or null for where AWS’s tools look.',
      });
    }
    return value ?? undefined;
  };
  return { config: read('config', 0), credentials: read('credentials', 1) };
}

/** A path that says no more than AWS's tools find by themselves is left out. */
function simplify(pair: PathOverrides, parts: Needs): PathOverrides {
  const wanted = pathsOf(pair, parts);
  const usual = pathsOf({}, parts);
  const keep = (file: FileName): string | undefined =>
    wanted[file] === usual[file] ? undefined : pair[file]?.trim();
  return { config: keep('config'), credentials: keep('credentials') };
}

function pathsOf(pair: PathOverrides, { files }: Needs): FilePaths {
  const { config, credentials } = files.locate(pair);
  return { config: resolve(config.path), credentials: resolve(credentials.path) };
}

/** @throws UserError for a folder, and where one file would stand for both. */
async function checkPair(paths: FilePaths): Promise<void> {
  for (const file of FILES) {
    const found = await stat(paths[file]).catch(() => undefined);
    if (found?.isDirectory() === true) {
      throw new UserError(`${paths[file]} is a folder, not a file.`, {
        hint: `Choose the ${file} file in it.`,
      });
    }
  }
  if (await isSameFile(paths.config, paths.credentials)) {
    throw new UserError('The config and the credentials file would be one and the same file.', {
      hint: 'Choose another file for one of them.',
    });
  }
}

/** What the user should know once other files are read. */
function tell(paths: FilePaths, parts: Needs): void {
  const { window, system } = parts;
  const { profile } = window.active;
  const where = `Rolecall works with ${pairText(paths, system.home, ' and ')}.`;
  if (profile !== null && !window.snapshot.profiles.has(profile)) {
    const text = `${where} The active profile ${profile} is not in these files. It stays chosen until you switch.`;
    void offerSwitch(text);
  } else {
    vscode.window.setStatusBarMessage(escapeIcons(where), 5000);
  }
}

async function offerSwitch(text: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(escapeMessage(text), 'Switch Profile…');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('rolecall.switchProfile', { from: 'link' });
  }
}

type Item = vscode.QuickPickItem & { readonly pair?: PathOverrides };

const FORGET: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('close'),
  tooltip: 'Take off this list',
};

/** @throws Cancelled */
async function pickPair(parts: Needs): Promise<PathOverrides> {
  const picked = await showPairs(parts);
  return picked ?? chooseFiles(parts);
}

/** The known pairs; undefined when the user wants to choose files. @throws Cancelled */
async function showPairs(parts: Needs): Promise<PathOverrides | undefined> {
  const known = await knownPairs(parts);
  const pick = vscode.window.createQuickPick<Item>();
  const open: Disposable[] = [pick];
  try {
    return await new Promise((done, reject) => {
      pick.title = 'Switch AWS Files';
      pick.placeholder = 'The config and credentials file that Rolecall works with';
      pick.matchOnDescription = true;
      pick.matchOnDetail = true;
      pick.ignoreFocusOut = true;
      pick.items = itemsOf(known, parts);
      open.push(
        pick.onDidAccept(() => {
          const [item] = pick.selectedItems;
          if (item !== undefined) {
            done(item.pair);
          }
        }),
        pick.onDidTriggerItemButton(({ item }) => {
          const { pair } = item;
          if (pair !== undefined) {
            pick.items = pick.items.filter(each => each !== item);
            // Not awaited: the list shows it already, and nothing here depends on it.
            void parts.files.forget(pair);
          }
        }),
        pick.onDidHide(() => reject(new Cancelled())),
      );
      pick.show();
    });
  } finally {
    disposeAll(open);
  }
}

/** Pairs used before of which a file is on this machine; what is kept comes from every machine. */
async function knownPairs(parts: Needs): Promise<readonly PathOverrides[]> {
  const { files } = parts;
  const shown: PathOverrides[] = [];
  const seen = new Set([JSON.stringify(pathsOf({}, parts))]);
  const { present } = files;
  for (const pair of [present, ...files.used]) {
    const paths = pathsOf(pair, parts);
    const key = JSON.stringify(paths);
    const isHere = await Promise.all(FILES.map(file => exists(paths[file])));
    if (!seen.has(key) && (pair === present || isHere.includes(true))) {
      shown.push(pair);
    }
    seen.add(key);
  }
  return shown;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function itemsOf(known: readonly PathOverrides[], parts: Needs): Item[] {
  const { store, system } = parts;
  const item = (pair: PathOverrides, label: string): Item => {
    const paths = pathsOf(pair, parts);
    const inUse = FILES.every(file => paths[file] === store.paths[file]);
    return {
      label: escapeIcons(label),
      description: inUse ? 'in use' : '',
      detail: escapeIcons(FILES.map(file => shortPath(paths[file], system.home)).join(' · ')),
      iconPath: new vscode.ThemeIcon(inUse ? 'circle-filled' : 'files'),
      pair,
    };
  };
  return [
    item({}, 'Where AWS’s tools look'),
    ...(known.length === 0 ? [] : [{ label: 'used before', kind: vscode.QuickPickItemKind.Separator }]),
    ...known.map(pair => ({ ...item(pair, pairText(pathsOf(pair, parts), system.home)), buttons: [FORGET] })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: 'Choose files…', iconPath: new vscode.ThemeIcon('folder-opened') },
  ];
}

/** Asks for the config file, then for the credentials file that goes with it. @throws Cancelled */
async function chooseFiles(parts: Needs): Promise<PathOverrides> {
  const config = await askFile('config', dirname(parts.store.paths.config), parts);
  const beside = join(dirname(config), 'credentials');
  const usual = pathsOf({}, parts).credentials;
  const { home } = parts.system;
  const choices = [
    ...((await exists(beside)) ? [{ label: escapeIcons(shortPath(beside, home)), path: beside }] : []),
    { label: escapeIcons(shortPath(usual, home)), description: 'where AWS’s tools look', path: usual },
    { label: 'Choose a file…', path: undefined },
  ].filter((each, index, all) => all.findIndex(other => other.path === each.path) === index);
  const picked = await vscode.window.showQuickPick(choices, {
    title: 'Switch AWS Files',
    placeHolder: 'The credentials file that goes with it',
    ignoreFocusOut: true,
  });
  if (picked === undefined) {
    throw new Cancelled();
  }
  const credentials = picked.path ?? (await askFile('credentials', dirname(config), parts));
  return { config: shortPath(config, home), credentials: shortPath(credentials, home) };
}

/** @throws Cancelled */
async function askFile(file: FileName, folder: string, { system }: Needs): Promise<string> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: `The ${file} file`,
      openLabel: `Use as ${file} file`,
      // One that is not there would be taken for the name of a file.
      defaultUri: vscode.Uri.file((await exists(folder)) ? folder : system.home),
      canSelectFiles: true,
      canSelectMany: false,
    })) ?? [];
  if (chosen === undefined) {
    throw new Cancelled();
  }
  return chosen.fsPath;
}
