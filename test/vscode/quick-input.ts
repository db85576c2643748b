import type { Locator, Page } from 'playwright-core';

export type QuickItem = { readonly label: string; readonly description: string };

/** The quick pick or input box at the top of the window. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get widget(): Locator {
    return this.#page.locator('.quick-input-widget:visible');
  }

  get #input(): Locator {
    return this.widget.locator('.quick-input-box input');
  }

  get #rows(): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row');
  }

  async waitForOpen(title?: string | RegExp): Promise<void> {
    if (title === undefined) {
      await this.#input.waitFor();
    } else {
      await this.widget.locator('.quick-input-title', { hasText: title }).waitFor();
    }
  }

  async waitForClosed(): Promise<void> {
    await this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Replaces the text of the input. */
  async type(text: string): Promise<void> {
    await this.#input.fill(text);
  }

  value(): Promise<string> {
    return this.#input.inputValue();
  }

  /** Replaces the text of the input and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.type(text);
    await this.#input.press('Enter');
  }

  async accept(): Promise<void> {
    await this.#input.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.waitForOpen();
    await this.#page.keyboard.press('Escape');
    await this.waitForClosed();
  }

  /** The row of a label. The list is virtual: filter with `type` for a row that is far down. */
  row(label: string): Locator {
    const exact = this.#page.locator('.quick-input-list-row .label-name').filter({ hasText: exactly(label) });
    return this.#rows.filter({ has: exact }).first();
  }

  /** Clicks the item whose label is `label`. */
  async choose(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Clicks one of an item's buttons by its tooltip. */
  async clickButton(label: string, tooltip: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator(`.action-label[aria-label="${tooltip}"]`).click();
  }

  /** The items that are drawn (the list is virtual), once there is at least one. */
  async items(): Promise<readonly QuickItem[]> {
    await this.#rows.first().waitFor();
    return this.#rows.evaluateAll(rows =>
      rows.map(row => ({
        label: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
      })),
    );
  }

  /** How many items there are, those that are not drawn included. */
  async count(): Promise<number> {
    await this.#rows.first().waitFor();
    return Number(await this.#rows.first().getAttribute('aria-setsize'));
  }

  /** The prompt of an input box, or why its value is refused. */
  async message(): Promise<string> {
    return (await this.widget.locator('.quick-input-message').textContent()) ?? '';
  }

  async waitForMessage(text: string | RegExp): Promise<void> {
    await this.widget.locator('.quick-input-message', { hasText: text }).waitFor();
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
