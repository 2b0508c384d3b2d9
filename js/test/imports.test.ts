// The directions of imports between the folders of src, and that no modules import each other in a
// circle. js/README.md says the same in words.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { OTHERS } from "../src/texts/languages.ts";

/** From the bottom up: a folder imports from itself and from those before it. */
const ORDER = [
  "texts",
  "protocol",
  "words",
  "ui",
  "link",
  "view/live",
  "view",
  "view/files",
  "grid/selecting",
  "grid/scrolling",
  "grid/arranging",
  "grid/contents",
  "grid",
  "pane",
  "column",
  "dialogs",
  "records",
  "saved",
  "figures",
  "charts",
  "bars",
  "landing",
  "app",
  "lab",
];
const MOST_FILES = 17;

const JS = fileURLToPath(new URL("..", import.meta.url));
const SRC = join(JS, "src");
const portable = (path: string): string => path.replaceAll("\\", "/");
const modules = globSync("*/**/*.ts", { cwd: SRC }).map(portable);
const folderOf = (module: string): string => portable(dirname(module));

/** The modules of src that a module imports, for their types too. */
function importsOf(module: string): string[] {
  const text = readFileSync(join(SRC, module), "utf8");
  const found = text.matchAll(/^(?:import|export)\b[^;"]*"(\.[^"]+\.ts)";$/gm);
  const path = (name: string) => resolve(SRC, dirname(module), name);
  return [...found].map(([, name]) => portable(relative(SRC, path(name as string))));
}

/** The modules of src that a module imports for more than their types. */
function valuesOf(module: string): string[] {
  const text = readFileSync(join(SRC, module), "utf8");
  const types = [...text.matchAll(/^import type\b[^;"]*"(\.[^"]+\.ts)";$/gm)].map(
    ([, name]) => name,
  );
  return importsOf(module).filter(
    (name) =>
      !types.some(
        (type) => portable(relative(SRC, resolve(SRC, dirname(module), type as string))) === name,
      ),
  );
}

const imports = new Map(modules.map((module) => [module, importsOf(module)]));

test("what is imported is there, and the modules are found by their imports", () => {
  for (const found of imports.values()) for (const name of found) assert.ok(imports.has(name));
  const used = new Set([...imports.values()].flat());
  // Nothing imports the entry points.
  const unused = modules.filter((module) => !used.has(module));
  const apps = ["extras", "loader", "page", "widget"].map((name) => `app/${name}.ts`);
  const entries = [...apps, "lab/extension.ts", ...OTHERS.map((name) => `texts/${name}.ts`)];
  assert.deepEqual(unused.sort(), entries);
});

test("folders import downwards", () => {
  assert.deepEqual([...new Set(modules.map(folderOf))].sort(), [...ORDER].sort());
  const upwards = [...imports].flatMap(([module, found]) =>
    found
      .filter((name) => ORDER.indexOf(folderOf(name)) > ORDER.indexOf(folderOf(module)))
      .map((name) => `${module} imports ${name}`),
  );
  assert.deepEqual(upwards, []);
});

test("no modules import each other in a circle", () => {
  const done = new Set<string>();
  const visit = (module: string, path: string[]): void => {
    const at = path.indexOf(module);
    assert.equal(at, -1, [...path.slice(at), module].join(" -> "));
    if (done.has(module)) return;
    for (const name of imports.get(module) ?? []) visit(name, [...path, module]);
    done.add(module);
  };
  for (const module of modules) visit(module, []);
});

test("the first part of the front end has nothing of the second", () => {
  const found = new Set<string>();
  const visit = (module: string): void => {
    if (found.has(module)) return;
    found.add(module);
    for (const name of valuesOf(module)) visit(name);
  };
  visit("app/widget.ts");
  const shared = ["dialogs/person.ts"];
  const others = [...found].filter((module) => /^(dialogs|column)\//.test(module));
  assert.deepEqual(others.sort(), shared);
  assert.ok(!found.has("app/extras.ts"));
});

test("each folder is short enough to be read, and described in the README", () => {
  const readme = readFileSync(join(JS, "README.md"), "utf8");
  for (const folder of ORDER) {
    const files = modules.filter((module) => folderOf(module) === folder);
    assert.ok(files.length <= MOST_FILES, `${folder} has ${files.length} files`);
    assert.ok(readme.includes(`| \`${folder}/\` |`), `${folder} is not in README.md`);
  }
});

test("modules do nothing when they are imported, and need no browser for it", async () => {
  // The entry points import a stylesheet and the built module, which only the bundler understands.
  const others = modules.filter((module) => !/^app\/(page|widget)\.ts$/.test(module));
  for (const module of others) await import(new URL(`../src/${module}`, import.meta.url).href);
});

test("tests stand in folders named like those of the modules", () => {
  for (const found of globSync("*/**/*.test.ts", { cwd: join(JS, "test") })) {
    const folder = folderOf(portable(found));
    assert.ok(ORDER.includes(folder), `there is no folder ${folder} in src`);
  }
});
