// The entry point of the extension for JupyterLab and Notebook: a container as their loader of
// prebuilt extensions wants it (webpack's module federation), written out because it is all there is.
import { keepSavedPages, type RenderMime } from "./saved-page.ts";

/** The modules that the application shares, by package and version. */
type ShareScope = Record<
  string,
  Record<string, { get(): Promise<() => Record<string, unknown>>; loaded?: unknown }>
>;

interface NotebookPanel {
  readonly content: { readonly rendermime: RenderMime };
}
interface NotebookTracker {
  forEach(each: (panel: NotebookPanel) => void): void;
  readonly widgetAdded: { connect(slot: (sender: unknown, panel: NotebookPanel) => void): void };
}

const NAME = "tsvshare-widget";

const plugin = (token: unknown) => ({
  id: `${NAME}:saved-page`,
  description: "Shows the saved page of a shared table that is not live.",
  autoStart: true,
  optional: [token],
  activate: (_app: unknown, tracker: NotebookTracker | null) => {
    const keep = (panel: NotebookPanel) => keepSavedPages(panel.content.rendermime);
    tracker?.forEach(keep);
    tracker?.widgetAdded.connect((_, panel) => keep(panel));
  },
});

let shared: ShareScope = {};

/** The version of a shared package that is in use. */
async function load(name: string): Promise<Record<string, unknown>> {
  const versions = Object.values(shared[name] ?? {});
  const used = versions.find((version) => version.loaded) ?? versions.at(-1);
  return used ? (await used.get())() : {};
}

const container = {
  init: (scope: ShareScope): void => {
    shared = scope;
  },
  /** What the loader calls a module: a function that returns it. */
  get: async (_module: string): Promise<() => unknown> => {
    const { INotebookTracker } = await load("@jupyterlab/notebook");
    const plugins = INotebookTracker ? [plugin(INotebookTracker)] : [];
    return () => ({ __esModule: true, default: plugins });
  },
};

declare global {
  var _JUPYTERLAB: Record<string, unknown> | undefined;
}
globalThis._JUPYTERLAB = { ...globalThis._JUPYTERLAB, [NAME]: container };
