// The state of widgets that a notebook may save: without our tables, which are nothing without their kernel.
// With it, programs that make pages of notebooks would choose the widget, whose scripts they fetch from the
// network, over the saved page that stands beside it; and a table would show as live that has no kernel.

const WIDGETS = "widgets";
const STATES = "application/vnd.jupyter.widget-state+json";
/** What anywidget calls the class of a widget, in its state. */
const OURS = /^tsvshare_widget\b/;

/** The parts of a notebook's model that are used here. */
export interface NotebookModel {
  getMetadata(key: string): unknown;
  setMetadata(key: string, value: unknown): void;
  readonly metadataChanged: {
    connect(slot: (model: NotebookModel, change: { key?: string }) => void): unknown;
  };
}

interface ModelState {
  readonly state?: Readonly<Record<string, unknown>>;
}
type Models = Readonly<Record<string, ModelState>>;
interface Saved {
  readonly [STATES]?: { readonly state?: Models };
}

/** Have a notebook save no state of our tables: what is written there is taken out again. */
export function saveNoState(notebook: NotebookModel): void {
  const look = (): void => {
    const saved = notebook.getMetadata(WIDGETS) as Saved | undefined;
    const states = saved?.[STATES];
    const models = states?.state ?? {};
    const left = withoutTables(models);
    if (Object.keys(left).length === Object.keys(models).length) return;
    notebook.setMetadata(WIDGETS, { ...saved, [STATES]: { ...states, state: left } });
  };
  notebook.metadataChanged.connect((_, { key }) => {
    if (key === WIDGETS) look();
  });
}

/** The models that are neither one of our tables nor the layout of one. */
function withoutTables(models: Models): Models {
  const tables = Object.entries(models).filter(([, model]) => isTable(model));
  const layouts = tables.map(([, { state }]) =>
    String(state?.["layout"]).replace("IPY_MODEL_", ""),
  );
  const gone = new Set([...tables.map(([id]) => id), ...layouts]);
  return Object.fromEntries(Object.entries(models).filter(([id]) => !gone.has(id)));
}

const isTable = ({ state }: ModelState): boolean => OURS.test(String(state?.["_anywidget_id"]));
