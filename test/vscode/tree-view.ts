import type { Locator, Page } from 'playwright-core';

export type Row = {
  readonly label: string;
  readonly description: string;
  readonly level: number;
  readonly expanded: boolean | undefined;
  readonly ariaLabel: string;
};

/** One tree view of the side bar. Only rows that are drawn are found: the list is virtual. */
export class TreeView {
  readonly title: string;
  readonly #page: Page;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.title = title;
  }

  get pane(): Locator {
    const header = this.#page.locator('.pane-header', {
      has: this.#page.locator('.title').filter({ hasText: new RegExp(`^${this.title}$`, 'i') }),
    });
    return this.#page.locator('.part.sidebar .pane').filter({ has: header });
  }

  get rows(): Locator {
    return this.pane.locator('.monaco-list-row');
  }

  /** Opens the view's pane if it is folded. */
  async open(): Promise<void> {
    const header = this.pane.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') {
      await header.click();
    }
  }

  /** The row whose label is `label`; with `description`, that one of several. */
  row(label: string, description?: string | RegExp): Locator {
    const name = this.#page.locator('.label-name').filter({ hasText: exactly(label) });
    const row = this.rows.filter({ has: name });
    if (description === undefined) {
      return row.first();
    }
    return row
      .filter({ has: this.#page.locator('.label-description').filter({ hasText: description }) })
      .first();
  }

  async waitFor(label: string, description?: string | RegExp): Promise<Locator> {
    const row = this.row(label, description);
    await row.waitFor();
    return row;
  }

  /** Waits until the keyboard is on the row with that accessible label. */
  async waitForFocus(label: RegExp): Promise<void> {
    await this.pane
      .locator('.monaco-list:focus .monaco-list-row.focused')
      .and(this.#page.getByLabel(label))
      .waitFor();
  }

  async waitForGone(label: string): Promise<void> {
    await this.row(label).waitFor({ state: 'detached' });
  }

  /** The rows that are drawn, from the top, once there is at least one. */
  async readRows(): Promise<readonly Row[]> {
    await this.rows.first().waitFor();
    return this.rows.evaluateAll(elements =>
      elements
        .map(element => ({
          top: element.getBoundingClientRect().top,
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          level: Number(element.getAttribute('aria-level')),
          expanded: element.hasAttribute('aria-expanded')
            ? element.getAttribute('aria-expanded') === 'true'
            : undefined,
          ariaLabel: element.getAttribute('aria-label') ?? '',
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ top: _, ...row }) => row),
    );
  }

  /** Unfolds a row and waits for its first child. */
  async expand(label: string): Promise<void> {
    const row = await this.waitFor(label);
    if ((await row.getAttribute('aria-expanded')) !== 'true') {
      await row.locator('.monaco-tl-twistie').click();
    }
    const level = Number(await row.getAttribute('aria-level'));
    const index = Number(await row.getAttribute('data-index'));
    // The children come after the row says that it is unfolded.
    await this.pane
      .locator(`.monaco-list-row[data-index="${index + 1}"][aria-level="${level + 1}"]`)
      .waitFor();
  }

  async collapse(label: string): Promise<void> {
    const row = await this.waitFor(label);
    if ((await row.getAttribute('aria-expanded')) === 'true') {
      await row.locator('.monaco-tl-twistie').click();
      await this.#page.waitForFunction(
        element => element?.getAttribute('aria-expanded') === 'false',
        await row.elementHandle(),
      );
    }
  }

  async select(label: string): Promise<void> {
    await (await this.waitFor(label)).locator('.label-name').click();
  }

  /** The tooltips of a row's inline buttons. */
  async actions(label: string): Promise<readonly string[]> {
    const row = await this.waitFor(label);
    await row.hover();
    const buttons = row.locator('.actions .action-label');
    return buttons.evaluateAll(elements => elements.map(element => element.getAttribute('aria-label') ?? ''));
  }

  /** Clicks an inline button of a row by its tooltip, the command's title; a key that does the same follows it. */
  async clickAction(label: string, title: string): Promise<void> {
    const row = await this.waitFor(label);
    await row.hover();
    const button = '.actions .action-label[aria-label';
    await row.locator(`${button}="${title}"], ${button}^="${title} ("]`).click();
  }

  /** Clicks a button in the view's title bar, or in its "More Actions" menu. */
  async clickTitleAction(title: string): Promise<void> {
    const pane = this.pane;
    await pane.locator('.pane-header').hover();
    const button = pane.locator(`.pane-header .action-label[aria-label="${title}"]`);
    if ((await button.count()) > 0) {
      await button.click();
      return;
    }
    await pane
      .locator(
        '.pane-header .action-label[aria-label="Views and More Actions..."], .pane-header .action-label[aria-label="More Actions..."]',
      )
      .click();
    await this.#chooseFromMenu(title);
  }

  /** Opens a row's context menu and clicks an entry. */
  async chooseFromMenu(label: string, entry: string): Promise<void> {
    await (await this.waitFor(label)).locator('.label-name').click({ button: 'right' });
    await this.#chooseFromMenu(entry);
  }

  /** The entries of a row's context menu, which is closed again. */
  async menuOf(label: string): Promise<readonly string[]> {
    await (await this.waitFor(label)).locator('.label-name').click({ button: 'right' });
    const entries = this.#page.locator('.context-view .action-menu-item .action-label');
    await entries.first().waitFor();
    const texts = await entries.allInnerTexts();
    await this.#page.keyboard.press('Escape');
    await entries.first().waitFor({ state: 'detached' });
    return texts;
  }

  async #chooseFromMenu(entry: string): Promise<void> {
    // Menus live in a shadow root, into which Playwright's CSS looks.
    const item = this.#page.locator('.context-view .action-menu-item', {
      has: this.#page.locator('.action-label').filter({ hasText: exactly(entry) }),
    });
    // A menu ignores the mouse for a moment after it opened, but never the keyboard.
    await item.hover();
    await this.#page.locator('.context-view .action-item.focused', { hasText: entry }).waitFor();
    await this.#page.keyboard.press('Enter');
    await item.waitFor({ state: 'detached' });
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
