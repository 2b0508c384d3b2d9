// The entry point of the extension for JupyterLab and Notebook: a container as their loader of
// prebuilt extensions wants it (webpack's module federation), written out because it is all there is.
import { loader, newPlugin, type Plugin, type ShareScope } from "./host.ts";
import { liveTables } from "./live-tables.ts";
import { keepSavedPages, type RenderMime } from "./saved-page.ts";
import { type NotebookModel, saveNoState } from "./saved-state.ts";

interface NotebookPanel {
  readonly content: { readonly rendermime: RenderMime };
  readonly context: { readonly model: NotebookModel };
}
interface NotebookTracker {
  forEach(each: (panel: NotebookPanel) => void): void;
  readonly widgetAdded: { connect(slot: (sender: unknown, panel: NotebookPanel) => void): void };
}

const NAME = "tsvshare-widget";

function savedPages(token: unknown): Plugin {
  const about = "Saves the page of a shared table, and shows it where the table is not live.";
  return newPlugin("saved-page", about, [token], (_app, found) => {
    const tracker = found as NotebookTracker | null;
    const keep = (panel: NotebookPanel): void => {
      keepSavedPages(panel.content.rendermime);
      saveNoState(panel.context.model);
    };
    tracker?.forEach(keep);
    tracker?.widgetAdded.connect((_, panel) => keep(panel));
  });
}

let shared: ShareScope = {};
const load = loader(() => shared);

const container = {
  init: (scope: ShareScope): void => {
    shared = scope;
  },
  /** What the loader calls a module: a function that returns it. */
  get: async (_module: string): Promise<() => unknown> => {
    const { INotebookTracker } = await load("@jupyterlab/notebook");
    const plugins = [savedPages(INotebookTracker), ...(await liveTables(load))];
    return () => ({ __esModule: true, default: plugins });
  },
};

declare global {
  var _JUPYTERLAB: Record<string, unknown> | undefined;
}
globalThis._JUPYTERLAB = { ...globalThis._JUPYTERLAB, [NAME]: container };
