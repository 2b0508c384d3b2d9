// What both parts of the front end need is in the first alone, which hands it to the second: a list on
// the page, where a module that came as bytes finds it as well as one that came from beside the first.
import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** Where on the page the list is; `TSVSHARE_BUILD` stands for what identifies the build. */
const LIST = 'globalThis[Symbol.for("tsvshare.shared.TSVSHARE_BUILD")]';
/** Stands for something on the list until all that is on it is known. */
const MARK = "SHARED_BY_BOTH_PARTS";

const DECLARED = /^(?:var|let|const|class|function|async function) (\w+?)\d*\b/gm;
const EXPORTED =
  /^export (?:const|let|class|abstract class|function|async function)(?: unique symbol)? (\w+)/gm;

const namesIn = (text, kind) => [...text.matchAll(kind)].map(([, name]) => name);

/**
 * What is in a part, by its modules: names of what they export. `text` is the part, bundled but not
 * minified.
 */
export async function exportsIn(text, folder) {
  const found = new Map();
  for (const section of text.split(/^\/\/ (?=src\/)/m).slice(1)) {
    const [path] = section.split("\n");
    if (!path.endsWith(".ts")) continue;
    const source = await readFile(`${folder}/${path}`, "utf8");
    const there = new Set(namesIn(section, DECLARED));
    const exported = namesIn(source, EXPORTED);
    // What a module remembers is remembered once.
    const remembers = /^let /m.test(source);
    const names = exported.filter((name) => remembers || there.has(name));
    if (names.length > 0) found.set(path, { names, own: exported.length > names.length });
  }
  return found;
}

/** Takes from the list what is on it (`shared`: as exportsIn() says), and the rest from the modules. */
export const fromShared = (shared, folder) => ({
  name: "from shared",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, async ({ path, pluginData, ...at }) => {
      if (pluginData === "resolving") return null;
      const found = await resolve(path, { ...at, pluginData: "resolving" });
      const name = relative(folder, found.path).replaceAll("\\", "/");
      return shared.has(name) ? { path: found.path, namespace: "shared", pluginData: name } : null;
    });
    onResolve({ filter: /^own$/ }, ({ importer }) => ({ path: importer, suffix: "?own" }));
    onLoad({ filter: /.*/, namespace: "shared" }, ({ pluginData: name }) => {
      const { names, own } = shared.get(name);
      const lines = names.map(
        (one) => `export const ${one} = /* @__PURE__ */ ${MARK}("${name}","${one}");`,
      );
      if (own) lines.push('export * from "own";');
      return { contents: lines.join("\n"), loader: "js", resolveDir: folder };
    });
  },
});

/**
 * What a part takes from the list, and the part with its places on it. Beside a first part of another
 * build it finds no list, and can say so.
 */
export function taken(part) {
  const list = [];
  const text = part.replace(
    new RegExp(`${MARK}\\("(.*?)",\\s*"(\\w+)"\\)`, "g"),
    (_, path, name) => {
      list.push({ path, name });
      return `${MARK}[${list.length - 1}]`;
    },
  );
  if (text.includes(`${MARK}(`))
    throw new Error("something that is shared has no place on the list");
  return { list, text: `const ${MARK}=${LIST}??[];${text}` };
}

/** The first part: what it is, and the list. Of several copies on a page the first one has it. */
export function sharing(list) {
  const imports = list.map(({ path, name }, i) => `import { ${name} as s${i} } from "./${path}";`);
  const all = list.map((_, i) => `s${i}`).join(",");
  const app = 'export { default, embed } from "./src/app/widget.ts";';
  return [...imports, ...(list.length > 0 ? [`${LIST} ??= [${all}];`] : []), app].join("\n");
}
