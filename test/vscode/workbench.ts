import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { outFolder } from './project.ts';
import { QuickInput } from './quick-input.ts';
import { TreeView } from './tree-view.ts';

const TERMINAL_ROWS = '.terminal-wrapper.active .xterm-rows > div';

/** VS Code's window as a user sees it. Every method waits for what it names; none tries twice. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly #context: BrowserContext;

  constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    this.quickInput = new QuickInput(page);
  }

  /** Runs a command from the palette by its full label, such as `AWS Profiles: Refresh`. Does not await its end. */
  async runCommand(label: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.waitForOpen();
    await this.quickInput.type(`>${label}`);
    await this.quickInput.choose(label);
  }

  /** Opens the view container of an activity bar title, if it is not the one shown. */
  async openContainer(title: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar .action-item', {
      has: this.page.locator(`a[aria-label^="${title}"]`),
    });
    const shown = this.page.locator('.part.sidebar .composite.title');
    // A window that was opened anew shows by itself what it showed before, and a click would close it.
    await shown.filter({ hasText: /\S/ }).waitFor();
    if (!(await shown.innerText()).toLowerCase().includes(title.toLowerCase())) {
      await tab.click();
    }
    await this.page.locator('.part.sidebar .composite.title', { hasText: title }).waitFor();
  }

  /** Drags the edge of the side bar until it is `width` CSS pixels wide. */
  async resizeSidebar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) {
      throw new Error('The side bar is not shown.');
    }
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** A tree view of the side bar by its title. */
  view(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  /** A status bar item by its id, which starts with the extension's: `rolecall.rolecall.rolecall.identity`. */
  statusItem(id: string): Locator {
    return this.page.locator(`.part.statusbar .statusbar-item[id="${id}"]`);
  }

  /** Waits until the item's text matches, and returns it (icons are not text). */
  async waitForStatus(id: string, text: string | RegExp): Promise<string> {
    const item = this.statusItem(id).filter({ hasText: text });
    try {
      await item.waitFor();
    } catch (error) {
      const present = await this.statusItem(id).allTextContents();
      throw new Error(`The status bar says ${JSON.stringify(present)}, not ${text}.`, { cause: error });
    }
    return ((await item.textContent()) ?? '').trim();
  }

  /** The notification toast that contains `text`. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** The texts of the toasts that are shown now, newest first. */
  notifications(): Promise<readonly string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** Waits for a toast and clicks one of its buttons or links. */
  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    const toast = this.notification(text);
    await toast.waitFor();
    await toast.hover();
    await toast.locator('.monaco-button, a', { hasText: button }).first().click();
  }

  async dismissNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page
      .locator('.notifications-toasts .notification-list-item')
      .first()
      .waitFor({ state: 'detached' });
  }

  /** Clicks a button in the title of the active editor by its tooltip, the command's title. */
  async clickEditorAction(title: string): Promise<void> {
    await this.page
      .locator(
        `.part.editor .editor-group-container.active .editor-actions .action-label[aria-label^="${title}"]`,
      )
      .click();
  }

  /** The modal dialog that is shown. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async answerDialog(button: string): Promise<void> {
    await this.dialog.waitFor();
    await this.dialog.locator('.monaco-button', { hasText: button }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Does what opens a link, agrees to VS Code's question about the domain if it comes, and returns the new page. */
  async followLink(action: () => Promise<void>): Promise<Page> {
    const opened = this.#context.waitForEvent('page');
    const asked = this.dialog.waitFor().then(() => 'asked' as const);
    // The one that is not awaited below may never come.
    asked.catch(() => {});
    opened.catch(() => {});
    await action();
    const first = await Promise.race([opened, asked]);
    if (first === 'asked') {
      await this.dialog.locator('.monaco-button', { hasText: /^Open$/ }).click();
    }
    const page = await opened;
    await page.waitForURL(url => url.href !== 'about:blank');
    await page.waitForLoadState();
    return page;
  }

  async clipboard(): Promise<string> {
    // A page in the background has no clipboard.
    await this.page.bringToFront();
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  async writeClipboard(text: string): Promise<void> {
    await this.page.bringToFront();
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  /** The lines that the terminal shows now. */
  async terminalText(): Promise<string> {
    const rows = await this.page.locator(TERMINAL_ROWS).allInnerTexts();
    return rows
      .map(row => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Types a line into the active terminal and waits until its screen matches. */
  async typeInTerminal(line: string, until: RegExp): Promise<string> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
    return this.waitForTerminal(until);
  }

  async waitForTerminal(text: RegExp): Promise<string> {
    await this.page.locator(TERMINAL_ROWS).first().waitFor();
    // In the page, so that it is looked at on every frame; as text, because these types know no DOM.
    await this.page.waitForFunction(`(() => {
      const rows = [...document.querySelectorAll(${JSON.stringify(TERMINAL_ROWS)})];
      const lines = rows.map(row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd());
      return new RegExp(${JSON.stringify(text.source)}, ${JSON.stringify(text.flags)}).test(lines.join('\\n').trimEnd());
    })()`);
    return this.terminalText();
  }

  /** A picture of the window in `out/screenshots`; returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(outFolder, 'screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }
}
