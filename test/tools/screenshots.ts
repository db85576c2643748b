import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { awsNamesExtension, awsNamesVariables } from '../vscode/aws-names.ts';
import { launch, type VsCode } from '../vscode/launch.ts';
import { runNpm } from '../vscode/processes.ts';
import { printProgress, projectFolder } from '../vscode/project.ts';
import { createPlayground } from './playground.ts';

/** `npm run screenshots`: takes the pictures of the README anew, from the packaged extension on the playground. */

const folder = join(projectFolder, 'media', 'readme');
const STATUS = 'rolecall.rolecall.rolecall.identity';

/** What only a VS Code in a browser has would puzzle readers. */
const HIDDEN =
  '[id="status.workbench.keyboardLayout"], [id="status.forwardedPorts"] { display: none !important }';

type Theme = 'dark' | 'light';

await runNpm(['run', '--silent', 'package'], { cwd: projectFolder });
await mkdir(folder, { recursive: true });
for (const theme of ['dark', 'light'] as const) {
  const playground = await createPlayground({ awsNames: true });
  const code = await launch({
    sandbox: playground.sandbox,
    env: { ...playground.env, ...awsNamesVariables(playground.aws.url) },
    extensions: [awsNamesExtension],
    theme,
    size: { width: 1040, height: 640 },
    scale: 2,
    progress: printProgress,
  });
  try {
    await code.page.addStyleTag({ content: HIDDEN });
    await takeLogin(code, theme);
    await takeSidebar(code, theme);
    await takeStatus(code, theme);
  } finally {
    await code.close();
    await playground.close();
  }
}

/** The code to confirm in the notification, while the page is open. */
async function takeLogin({ workbench, page }: VsCode, theme: Theme): Promise<void> {
  await workbench.openContainer('AWS Profiles');
  await workbench.resizeSidebar(400);
  await workbench.view('Profiles').clickAction('dev', 'Switch Profile…');
  await workbench.waitForStatus(STATUS, 'log in');
  const sessions = workbench.view('SSO Sessions');
  const signIn = await workbench.followLink(() => sessions.clickAction('acme', 'Log In to SSO…'));
  await workbench.notification('in your browser').waitFor();
  await page.bringToFront();
  await leave(page);
  await take(page, `login-${theme}`);
  await signIn.getByRole('button', { name: 'Allow' }).click();
  await signIn.getByText('You can close this window').waitFor();
  await signIn.close();
  await sessions.waitFor('acme', /^signed in/);
  await workbench.waitForStatus(STATUS, 'dev · 1234-5678-9012 · Admin');
}

/** Profiles and a session with its accounts and roles. */
async function takeSidebar({ workbench, page }: VsCode, theme: Theme): Promise<void> {
  const profiles = workbench.view('Profiles');
  const sessions = workbench.view('SSO Sessions');
  await profiles.expand('dev');
  await sessions.expand('acme');
  await workbench.waitForStatus(STATUS, 'dev · Sandbox · Admin');
  await sessions.expand('Sandbox');
  await leave(page);
  await take(page, `sidebar-${theme}`);
}

/** The status bar item with its hover. */
async function takeStatus({ workbench, page }: VsCode, theme: Theme): Promise<void> {
  await workbench.statusItem(STATUS).hover();
  const hover = page.locator('.workbench-hover-container .monaco-hover');
  await hover.waitFor();
  const box = await hover.boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) {
    throw new Error('The hover of the status bar item has no place on the page.');
  }
  const top = Math.max(0, box.y - 16);
  await take(page, `status-${theme}`, {
    x: 0,
    y: top,
    width: Math.min(size.width, box.x + box.width + 120),
    height: size.height - top,
  });
}

/** Takes the pointer off everything, so that no hover is in the picture. */
async function leave(page: VsCode['page']): Promise<void> {
  await page.mouse.move(700, 300);
  await page.mouse.move(760, 340, { steps: 5 });
  await page.locator('.workbench-hover-container').waitFor({ state: 'hidden' });
}

type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

async function take(page: VsCode['page'], name: string, clip?: Area): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', ...(clip === undefined ? {} : { clip }) });
  printProgress(`${path} (${Math.round((await stat(path)).size / 1024)} KB)`);
}
