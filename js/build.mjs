// Builds the front end into the Python package: node build.mjs [OUTPUT FOLDER] [--watch]
//
//   widget.js   one ES module: default export for anywidget, named export `embed` for a plain page
//   widget.css  its style
//   page.js     what a plain page loads: calls `embed` of the widget.js beside it
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const words = process.argv.slice(2);
const watch = words.includes("--watch");
const folder = words.find((word) => !word.startsWith("--")) ?? here("../tsvshare_widget/static");

const options = {
  absWorkingDir: here("."),
  entryPoints: { widget: "src/app/widget.ts", page: "src/app/page.ts" },
  bundle: true,
  external: ["./widget.js"],
  format: "esm",
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  minify: !watch,
  legalComments: "none",
  charset: "utf8",
  outdir: folder,
  logLevel: "info",
};

if (watch) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
