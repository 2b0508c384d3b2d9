// The saved page in the place of a widget that a notebook cannot show: its cell was run before the
// notebook was opened, or by somebody else who has it open. The widget's output carries the page as
// HTML beside the widget, with a word on how to go live; JupyterLab and Notebook would show an error instead of it.

/** The parts of JupyterLab's rendering that are used here. */
export interface MimeModel {
  readonly data: Readonly<Record<string, unknown>>;
}
export interface Renderer {
  readonly node: HTMLElement;
  renderModel(model: MimeModel): Promise<void>;
  /** JupyterLab's manager of widgets, once there is a kernel; not in its public interface. */
  readonly _manager?: { promise: Promise<WidgetManager> } | null;
}
export interface WidgetManager {
  readonly kernel?: unknown;
  restoreWidgets?(notebook: unknown, from: Record<string, boolean>): Promise<void>;
  readonly context?: { readonly model: unknown };
}
export interface RenderMime {
  createRenderer(mimeType: string, ...options: unknown[]): Renderer;
}

const WIDGET = "application/vnd.jupyter.widget-view+json";
/** Milliseconds that a widget may take to show before its saved page stands in for it. */
const SOON_MS = 400;

/** Whether an output is a table's, with a page to show. */
const hasPage = ({ data }: MimeModel): boolean =>
  typeof data["text/html"] === "string" && String(data["text/plain"]).startsWith("<TSVShare");

/** Have all tables that a notebook renders show their saved page where they cannot be live. */
export function keepSavedPages(rendermime: RenderMime): void {
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = (mimeType, ...options) => {
    const renderer = create(mimeType, ...options);
    if (mimeType === WIDGET) keepSavedPage(renderer, () => create("text/html"));
    return renderer;
  };
}

/** `newHtml` makes a renderer of HTML, which cleans what is not trusted. */
function keepSavedPage(renderer: Renderer, newHtml: () => Renderer): void {
  const render = renderer.renderModel.bind(renderer);
  let shown: MimeModel | null = null;
  let tried = false;
  const { node } = renderer;
  const show = async (model: MimeModel): Promise<void> => {
    const page = newHtml();
    await page.renderModel(model);
    if (!isText(node)) return;
    // JupyterLab lets a widget be as wide as it likes, which would cut the end of the page off.
    node.style.minWidth = "0";
    node.replaceChildren(page.node);
  };
  // The renderer puts a word there while it waits, or says an error; a widget takes its place.
  const look = (): void => {
    if (shown === null || !isText(node)) return;
    void show(shown);
    if (tried || !node.classList.contains("jupyter-widgets")) return;
    tried = true;
    const again = render.bind(null, shown);
    void findInKernel(renderer).then((found) => (found ? again() : undefined));
  };
  const observer = new MutationObserver(() => setTimeout(look, SOON_MS));
  renderer.renderModel = (model) => {
    shown = hasPage(model) ? model : null;
    observer.observe(node, { childList: true });
    return render(model);
  };
}

/** Whether there is nothing but a text. */
const isText = (node: HTMLElement): boolean =>
  node.childElementCount === 0 && node.textContent !== "";

/** Ask the kernel for its widgets: somebody else may have made this one. Whether there is a kernel. */
async function findInKernel(renderer: Renderer): Promise<boolean> {
  const manager = await renderer._manager?.promise;
  if (!manager?.kernel || !manager.restoreWidgets) return false;
  await manager.restoreWidgets(manager.context?.model, { loadKernel: true, loadNotebook: false });
  return true;
}
