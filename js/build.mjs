// Builds the front end into the Python package: node build.mjs [OUTPUT FOLDER] [--watch]
//
//   widget.js   one ES module: default export for anywidget, named export `embed` for a plain page
//   widget.css  its style
//   extras.js   the second part, which widget.js loads once there is a page: dialogs and menus, and their style
//   texts-LANGUAGE.js  the texts in a language other than English, which a browser with that language loads
//   loader.js   what further widgets of a kernel bring instead of widget.js
//   page.js     what a plain page loads: calls `embed` of the widget.js beside it
import { createHash } from "node:crypto";
import { watch as changes, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { exportsIn, fromShared, sharing, taken } from "./build-shared.mjs";
import { en } from "./src/texts/en.ts";
import { OTHERS } from "./src/texts/languages.ts";

/** Stands for what identifies this build, which both parts know. */
const BUILD = "TSVSHARE_BUILD";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const words = process.argv.slice(2);
const watch = words.includes("--watch");
const folder = words.find((word) => !word.startsWith("--")) ?? here("../tsvshare_widget/static");

const keys = Object.keys(en);

function numberOf(key, path) {
  const number = keys.indexOf(key);
  if (number < 0) throw new Error(`${path} uses texts.${key}, which src/texts/en.ts has not`);
  return number;
}

/**
 * Texts go by their numbers, and the English ones stand where they are used: so each part has only
 * its own, and no names of them.
 */
const textsInPlace = {
  name: "texts in place",
  setup({ onLoad }) {
    const inPlace = (path) => (_, key) =>
      `(texts[${numberOf(key, path)}]??${JSON.stringify(en[key])})`;
    onLoad({ filter: /[\\/]texts[\\/]en\.ts$/ }, () => ({ contents: "export const en={}" }));
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      if (/[\\/]texts[\\/]/.test(path)) return null;
      const source = await readFile(path, "utf8");
      return { loader: "ts", contents: source.replace(/(?<![/.\w])texts\.(\w+)/g, inPlace(path)) };
    });
  },
};

/** The table of a language by the same numbers. */
async function tableOf(language) {
  const { [language]: table } = await import(`./src/texts/${language}.ts`);
  const path = `${language}.ts`;
  const entries = Object.entries(table).map(([key, text]) => [numberOf(key, path), text]);
  const texts = JSON.stringify(Object.fromEntries(entries));
  return `export const build="${BUILD}";export const texts=${texts};\n`;
}

const options = {
  absWorkingDir: here("."),
  bundle: true,
  external: ["./widget.js", "./extras.js"],
  define: { BUILD: JSON.stringify(BUILD) },
  format: "esm",
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  charset: "utf8",
  outdir: folder,
  write: false,
};

/** Files by their names, bundled from entry points. */
async function bundle(entryPoints, minify, ...plugins) {
  const all = [...plugins, textsInPlace];
  const built = await esbuild.build({ ...options, entryPoints, minify, plugins: all });
  return Object.fromEntries(built.outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** The first part, with a list of what it shares with the second. */
async function firstPart(list, minify) {
  const entry = {
    name: "first part",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^first$/ }, ({ path }) => ({ path, namespace: "first" }));
      onLoad({ filter: /.*/, namespace: "first" }, () => ({
        contents: sharing(list),
        resolveDir: here("."),
      }));
    },
  };
  return bundle({ widget: "first" }, minify, entry);
}

/** Both parts. */
async function parts() {
  const minify = !watch;
  const first = await firstPart([], false);
  const shared = await exportsIn(first["widget.js"], here("."));
  const second = await bundle(
    { extras: "src/app/extras.ts" },
    minify,
    fromShared(shared, here(".")),
  );
  const { list, text } = taken(second["extras.js"]);
  return { ...(await firstPart(list, minify)), "extras.js": text };
}

/** The second part carries its style along, and all parts the name of the build. */
async function build() {
  const small = { loader: "src/app/loader.ts", page: "src/app/page.ts" };
  const style = { "extras-style": "src/styles/extras/extras.css" };
  const { "extras-style.css": css, ...others } = await bundle({ ...small, ...style }, !watch);
  const files = { ...(await parts()), ...others };
  files["extras.js"] += `export const style=${JSON.stringify(css)};\n`;
  for (const language of OTHERS) files[`texts-${language}.js`] = await tableOf(language);
  const hash = createHash("sha256");
  for (const text of Object.values(files)) hash.update(text);
  const name = hash.digest("hex").slice(0, 16);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(`${folder}/${file}`, text.replaceAll(BUILD, name));
  }
}

await build();
if (watch) {
  for await (const { filename } of changes(here("src"), { recursive: true })) {
    console.log(`${filename} has changed`);
    await build().catch(() => {});
  }
}
