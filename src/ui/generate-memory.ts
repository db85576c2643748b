import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import { roleId } from '../aws-files/generated.ts';
import type { RoleRef } from '../aws-files/generated-marker.ts';

const RUNS = 'generatedFor';

/** What the user chose when profiles were generated for a session last. */
export type GenerateRun = {
  readonly template: string;
  readonly region: string;
  readonly output: string;
};

type Kept = GenerateRun & {
  /** Short digests of the roles that there were to choose from, six characters each. */
  readonly seen: string;
};

const DIGEST = 6;

/** The last run for each session, so that the next one need not ask again; in whichever window. */
export class GenerateMemory {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** Undefined when there was none. */
  lastRun(session: string): GenerateRun | undefined {
    return this.#kept(session);
  }

  /** Those of the roles that the user has not seen in the list: what was left out on purpose stays left out. */
  unseen<T extends RoleRef>(session: string, roles: readonly T[]): readonly T[] {
    const seen = this.#kept(session)?.seen ?? '';
    const digests = new Set(seen.match(new RegExp(`.{${DIGEST}}`, 'g')) ?? []);
    return roles.filter(role => !digests.has(digestOf(role)));
  }

  async remember(session: string, run: GenerateRun, seen: readonly RoleRef[]): Promise<void> {
    const kept: Kept = { ...run, seen: seen.map(digestOf).join('') };
    await this.#memory.update(RUNS, { ...this.#all(), [session]: kept });
  }

  /** What was chosen for a session counts under its new name. */
  async follow(from: string, to: string): Promise<void> {
    const kept = this.#kept(from);
    if (kept !== undefined) {
      const { [from]: _gone, ...rest } = { ...this.#all() } as Readonly<Record<string, unknown>>;
      await this.#memory.update(RUNS, { ...rest, [to]: kept });
    }
  }

  #kept(session: string): Kept | undefined {
    const kept: unknown = Reflect.get(this.#all(), session);
    return isKept(kept) ? kept : undefined;
  }

  #all(): object {
    const all = this.#memory.get<unknown>(RUNS);
    return typeof all === 'object' && all !== null ? all : {};
  }
}

function digestOf(role: RoleRef): string {
  return createHash('sha256').update(roleId(role)).digest('hex').slice(0, DIGEST);
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['template', 'region', 'output', 'seen'].every(key => typeof Reflect.get(value, key) === 'string')
  );
}
