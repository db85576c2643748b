import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { exists, obtainFolder } from './cache.ts';
import { installPackages, isRootOnDebian } from './debian.ts';
import { findProgram, run, runNpm } from './processes.ts';
import type { Progress } from './project.ts';

/** The npm package with a headless browser for Linux x64, for machines where nothing else is to be had. */
const NPM_CHROMIUM = '@sparticuz/chromium@153.0.0';

const NAMES = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'chromium-browser',
  'microsoft-edge',
  'chrome',
];

const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** Quiet and reproducible: the browser talks to nobody but the pages it is sent to. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--force-color-profile=srgb',
];

type Program = { readonly path: string; readonly flags: readonly string[] };

/**
 * Starts a headless Chromium: the one `CHROME_PATH` names, else one of this machine, else Debian's (as root), else
 * one from npm. Rejects, saying what was tried, when none starts.
 */
export async function startBrowser(progress: Progress): Promise<Browser> {
  const program = await obtainBrowser(progress);
  return chromium.launch({ executablePath: program.path, args: [...FLAGS, ...program.flags] });
}

async function obtainBrowser(progress: Progress): Promise<Program> {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (!(await works(chosen))) {
      throw new Error(`CHROME_PATH is ${chosen}, which does not start.`);
    }
    return { path: chosen, flags: [] };
  }
  const present = await findBrowser();
  if (present !== undefined) {
    return present;
  }
  const tried = [`none of ${NAMES.join(', ')} on PATH`];
  if (await isRootOnDebian()) {
    try {
      await installPackages(['chromium', 'fonts-dejavu-core'], progress);
      const installed = await findBrowser();
      if (installed !== undefined) {
        return installed;
      }
      tried.push('apt-get installed chromium, but it does not start');
    } catch (error) {
      tried.push(`apt-get: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      return await obtainFromNpm(progress);
    } catch (error) {
      tried.push(`npm: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `No browser to be had. Install Chromium or Chrome, or set CHROME_PATH to one.\nTried:\n- ${tried.join('\n- ')}`,
  );
}

async function findBrowser(): Promise<Program | undefined> {
  for (const name of NAMES) {
    const path = await findProgram([name]);
    if (path !== undefined && (await works(path))) {
      return { path, flags: [] };
    }
  }
  for (const path of MAC_APPS) {
    if (await exists(path)) {
      return { path, flags: [] };
    }
  }
  return undefined;
}

/** Some systems have a stub of that name that only tells how to install it. */
function works(path: string): Promise<boolean> {
  return run(path, ['--version'], { timeoutMs: 20_000 }).then(
    version => /\d+\.\d+/.test(version),
    () => false,
  );
}

async function obtainFromNpm(progress: Progress): Promise<Program> {
  const folder = await obtainFolder(NPM_CHROMIUM.replaceAll('/', '-'), progress, async temporary => {
    progress(`Fetching a browser (npm package ${NPM_CHROMIUM}, 67 MB) …`);
    await writeFile(join(temporary, 'package.json'), '{"private":true,"type":"module"}\n');
    await runNpm(['install', '--ignore-scripts', '--no-audit', '--no-fund', NPM_CHROMIUM], {
      cwd: temporary,
    });
  });
  // The package unpacks itself in the temporary folder of whoever asks, hence TMPDIR.
  const script = `import chromium from '@sparticuz/chromium';
console.log(JSON.stringify({ path: await chromium.executablePath(), flags: chromium.args }));`;
  const printed = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
  });
  const program: Program = JSON.parse(printed);
  if (!(await works(program.path))) {
    throw new Error(`${program.path} does not start: system libraries such as nss are missing`);
  }
  return program;
}
