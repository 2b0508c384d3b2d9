// Texts stand in the files of languages alone, and are read when something is drawn.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { en } from "../../src/texts/en.ts";
import { texts } from "../../src/texts/texts.ts";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));
const modules = globSync("*/**/*.ts", { cwd: SRC })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.endsWith(".d.ts"));

/** JupyterLab's own menus speak its language, not the browser's; the sample is a table. */
const OTHERS = /^(texts|lab)\/|^landing\/sample\.ts$/;

/** Literals that are for programs, as far as they look like words. */
const FOR_PROGRAMS = [
  /^(tsvshare|tsv|quiet|small|primary)\b[a-z§ -]*$|^§ (tsv-fits|plain)$/, // classes and names in storage
  /^[a-z-]*(: |\()|^[.#[(:]|^--|\[.*\]|^[a-z]+(, [a-z]+)+$|px|%|^M[\d ]/, // styles, selectors, drawings
  /^(Arrow|Page|Context)[A-Z]\w+$|^(Enter|Escape|Home|End|Tab|Files)$/, // keys, kinds of what is dropped
  /^(GET|POST|HEAD|PUT|PATCH|DELETE)$|^[A-Z]\w+-[A-Z]|^(Authorization|Location|Bearer §)$/, // HTTP
  /^(viewBox|preserveAspectRatio|showPopover|requestIdleCallback)$|^(noopener|noreferrer) /,
  /^(Parquet|Esc|Alt|Alt ↓|[A-Z]{1,4})$|^UTF-\d+$|^Mac Roman$|^[CLRF]+$/, // the same in all languages
  /^<meta /,
  /^tsvshare: there is no element to draw in$|^Measured 0123456789/, // seen by nobody
];

/** The literals of a module, each § in them for an expression; comments have none. */
function literalsOf(path: string): string[] {
  const source = readFileSync(join(SRC, path), "utf8")
    .replace(/^\s*(\/\/|\/?\*).*$/gm, "")
    .replace(/^(import|export) [^;]*? from "[^"]*";$/gm, "");
  const found = source.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`/g);
  return [...found].map(
    ([, plain, template]) => plain ?? template?.replace(/\$\{[^}]*\}+/g, "§") ?? "",
  );
}

/** Whether a literal looks like something for people: words, or a word with a capital. */
const isText = (literal: string): boolean =>
  /[A-Za-z]{2}[,.;:]? [A-Za-z]|^[A-Z][a-z]+[.…]?$|^§ [a-z]{2}|[a-z]{2} §/.test(literal) &&
  !FOR_PROGRAMS.some((pattern) => pattern.test(literal));

test("no other module has a text that reaches the screen", () => {
  const texts = modules
    .filter((path) => !OTHERS.test(path))
    .flatMap((path) =>
      literalsOf(path)
        .filter(isText)
        .map((text) => `${path}: ${text}`),
    );
  assert.deepEqual(texts, []);
});

test("what looks like a text is found", () => {
  for (const text of ["Copy", "Loading…", "not found", "§ rows", "Remove §"])
    assert.ok(isText(text), text);
  for (const other of ["tsv-menu", "Enter", "quiet small", "aria-label"])
    assert.ok(!isText(other), other);
});

test("each text is said somewhere", () => {
  const source = modules.map((path) => readFileSync(join(SRC, path), "utf8")).join("");
  const unused = Object.keys(en).filter((key) => !new RegExp(`\\btexts\\.${key}\\b`).test(source));
  assert.deepEqual(unused, []);
});

test("no module reads a text while it is loaded: the language comes later", async () => {
  const read: string[] = [];
  let loading = "";
  for (const [key, text] of Object.entries(texts))
    Object.defineProperty(texts, key, {
      get: () => {
        if (loading) read.push(`${loading}: ${key}`);
        return text;
      },
    });
  // The entry points import a stylesheet and the built module.
  for (loading of modules.filter((path) => !/^app\/(page|widget)\.ts$/.test(path)))
    await import(new URL(`../../src/${loading}`, import.meta.url).href);
  assert.deepEqual(read, []);
});
