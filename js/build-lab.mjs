// Builds the extension for JupyterLab and Notebook: node build-lab.mjs [OUTPUT FOLDER]
//
// The folder is laid out as one that Jupyter looks for data in:
//   labextensions/tsvshare-widget/package.json              what their loader reads
//   labextensions/tsvshare-widget/static/remoteEntry.js     src/lab/extension.ts
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const NAME = "tsvshare-widget";
const folder = `${process.argv[2] ?? here("../tsvshare_widget/static")}/labextensions/${NAME}`;

const source = await readFile(here("../tsvshare_widget/_version.py"), "utf8");
const [, version = "0.0.0"] = /__version__ = "(.*)"/.exec(source) ?? [];

await esbuild.build({
  absWorkingDir: here("."),
  entryPoints: ["src/lab/extension.ts"],
  outfile: `${folder}/static/remoteEntry.js`,
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "info",
});

const { description, license } = JSON.parse(await readFile(here("package.json"), "utf8"));
const jupyterlab = { _build: { load: "static/remoteEntry.js", extension: "./extension" } };
const manifest = { name: NAME, version, description, license, jupyterlab };
const uninstallInstructions = `pip uninstall ${NAME}`;
const install = { packageManager: "python", packageName: NAME, uninstallInstructions };
await mkdir(folder, { recursive: true });
for (const [name, value] of Object.entries({ package: manifest, install })) {
  await writeFile(`${folder}/${name}.json`, `${JSON.stringify(value, null, 2)}\n`);
}
