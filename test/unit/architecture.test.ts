import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Import, readImports, readSources, type Source } from './imports.ts';

/** From the bottom up. Those on one line are one layer: only those named below may import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['lib'],
  ['aws-files'],
  ['sso'],
  ['credentials', 'exports', 'broker'],
  ['view'],
  ['ui'],
  ['extension.ts'],
];

const WITHIN_A_LAYER = ['exports → credentials', 'broker → credentials'];

function partOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function levelOf(path: string): number {
  return LAYERS.findIndex(layer => layer.includes(partOf(path)));
}

function isDownward(from: string, to: string): boolean {
  const [a, b] = [partOf(from), partOf(to)];
  return a === b || levelOf(b) < levelOf(a) || WITHIN_A_LAYER.includes(`${a} → ${b}`);
}

/** The first loop that static imports of values or types make, as the list of its files. */
function findLoop(imports: readonly Import[]): readonly string[] | undefined {
  const next = Map.groupBy(
    imports.filter(each => !each.dynamic),
    each => each.from,
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) {
      return [...trail.slice(trail.indexOf(path)), path];
    }
    if (done.has(path)) {
      return undefined;
    }
    for (const { target } of next.get(path) ?? []) {
      const loop = target === undefined ? undefined : visit(target, [...trail, path]);
      if (loop !== undefined) {
        return loop;
      }
    }
    done.add(path);
    return undefined;
  };
  for (const path of next.keys()) {
    const loop = visit(path, []);
    if (loop !== undefined) {
      return loop;
    }
  }
  return undefined;
}

/** The imports that are followed when the extension is loaded: static, of values, from the entry on. */
function reachedAtStart(imports: readonly Import[]): readonly Import[] {
  const next = Map.groupBy(
    imports.filter(each => !each.dynamic && !each.typeOnly),
    each => each.from,
  );
  const files = new Set(['extension.ts']);
  for (const path of files) {
    for (const { target } of next.get(path) ?? []) {
      if (target !== undefined) {
        files.add(target);
      }
    }
  }
  return [...files].flatMap(path => next.get(path) ?? []);
}

function isSdk(specifier: string): boolean {
  return /^@(aws-sdk|smithy)\//.test(specifier);
}

function show(imports: readonly Import[]): readonly string[] {
  return imports.map(each => `${each.from} imports ${each.specifier}`);
}

describe('the import rule', () => {
  let sources: readonly Source[] = [];
  let imports: readonly Import[] = [];

  before(async () => {
    sources = await readSources();
    imports = sources.flatMap(source => source.imports);
  });

  it('finds the sources and their imports', () => {
    assert.ok(sources.some(source => source.path === 'extension.ts'));
    assert.ok(imports.some(each => each.dynamic));
  });

  it('knows the layer of every file', () => {
    assert.deepEqual(
      sources.map(source => source.path).filter(path => levelOf(path) < 0),
      [],
    );
  });

  it('lets imports point downward only, those of types included', () => {
    const upward = imports.filter(({ from, target }) => target !== undefined && !isDownward(from, target));
    assert.deepEqual(show(upward), []);
  });

  it('has no loop', () => {
    assert.equal(findLoop(imports)?.join(' → '), undefined);
  });

  it('imports files that exist, by their .ts name', () => {
    const paths = new Set(sources.map(source => source.path));
    const wrong = imports.filter(({ target }) => target !== undefined && !paths.has(target));
    assert.deepEqual(show(wrong), []);
  });

  it('names vscode in ui/ and extension.ts only', () => {
    const outside = imports.filter(
      ({ from, specifier }) => specifier === 'vscode' && !['ui', 'extension.ts'].includes(partOf(from)),
    );
    assert.deepEqual(show(outside), []);
  });

  it('reaches the AWS SDK by dynamic imports only', () => {
    assert.ok(imports.some(({ specifier, typeOnly }) => !typeOnly && isSdk(specifier)));
    const early = reachedAtStart(imports).filter(({ specifier }) => isSdk(specifier));
    assert.deepEqual(show(early), []);
  });

  it('has no barrel and no default export', () => {
    const texts = sources.map(({ path, text }) => ({ path, code: text.replace(/\/\*[\s\S]*?\*\//g, '') }));
    const passingOn = texts.filter(({ code }) => /^\s*export\s+(\*|\{[^}]*\})\s*from\b/m.test(code));
    const defaults = texts.filter(({ code }) => /^\s*export\s+(default\b|\{[^}]*\bas default\b)/m.test(code));
    assert.deepEqual(
      [...passingOn, ...defaults].map(({ path }) => path),
      [],
    );
    assert.deepEqual(
      sources.map(({ path }) => path).filter(path => /(^|\/)index\.ts$/.test(path)),
      [],
    );
  });
});

describe('the reader of imports', () => {
  const read = (text: string): readonly string[] =>
    readImports('view/tree.ts', text).map(
      each =>
        `${each.dynamic ? 'dynamic ' : ''}${each.typeOnly ? 'type ' : ''}${each.target ?? each.specifier}`,
    );

  it('reads each form there is', () => {
    assert.deepEqual(read("import { a } from '../lib/a.ts';"), ['lib/a.ts']);
    assert.deepEqual(read("import type { A } from './a.ts';"), ['type view/a.ts']);
    assert.deepEqual(read("import { type A, type B } from './a.ts';"), ['type view/a.ts']);
    assert.deepEqual(read("import { type A, b } from './a.ts';"), ['view/a.ts']);
    assert.deepEqual(read("import {\n  a,\n  b,\n} from './a.ts';\nimport c from 'c';"), ['view/a.ts', 'c']);
    assert.deepEqual(read("import * as vscode from 'vscode';"), ['vscode']);
    assert.deepEqual(read("import 'side-effect';"), ['side-effect']);
    assert.deepEqual(read("export { a } from './a.ts';"), ['view/a.ts']);
    assert.deepEqual(read("export type { A } from './a.ts';"), ['type view/a.ts']);
    assert.deepEqual(read("export function a() {\n  return ['.'];\n}"), []);
    assert.deepEqual(read("const a = await import('./a.ts');"), ['dynamic view/a.ts']);
    assert.deepEqual(read("let a: import('vscode').Uri;"), ['dynamic type vscode']);
  });

  it('reads no comment and no text', () => {
    assert.deepEqual(read("// import a from 'a';\n/* import b from 'b'; */\nconst text = 'import';"), []);
  });
});

describe('the layers', () => {
  it('tell down from up', () => {
    assert.equal(isDownward('ui/a.ts', 'view/b.ts'), true);
    assert.equal(isDownward('view/b.ts', 'ui/a.ts'), false);
    assert.equal(isDownward('exports/a.ts', 'credentials/b.ts'), true);
    assert.equal(isDownward('credentials/b.ts', 'exports/a.ts'), false);
    assert.equal(isDownward('exports/a.ts', 'broker/b.ts'), false);
    assert.equal(isDownward('lib/a.ts', 'extension.ts'), false);
  });

  it('tell what is loaded at start', () => {
    const link = (from: string, specifier: string, target: string | undefined, dynamic: boolean): Import => ({
      from,
      specifier,
      target,
      dynamic,
      typeOnly: false,
    });
    const lazy = [
      link('extension.ts', './ui/a.ts', 'ui/a.ts', false),
      link('ui/a.ts', '../sso/b.ts', 'sso/b.ts', true),
      link('sso/b.ts', '@aws-sdk/client-sso', undefined, false),
    ];
    assert.equal(
      reachedAtStart(lazy).some(each => isSdk(each.specifier)),
      false,
    );
    const eager = lazy.map(each => ({ ...each, dynamic: false }));
    assert.equal(
      reachedAtStart(eager).some(each => isSdk(each.specifier)),
      true,
    );
  });

  it('show a loop', () => {
    const link = (from: string, target: string): Import => ({
      from,
      target,
      specifier: target,
      typeOnly: false,
      dynamic: false,
    });
    assert.deepEqual(findLoop([link('a', 'b'), link('b', 'c'), link('c', 'b')]), ['b', 'c', 'b']);
    assert.equal(findLoop([link('a', 'b'), link('a', 'c'), link('b', 'c')]), undefined);
  });
});
