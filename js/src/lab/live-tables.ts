// Files as live tables without a notebook: a document type in "Open With", an item in the menu of a
// file, in the launcher and in the command palette. What shows a table is the relay's own page.
import type { Application, Load, Widget } from "./host.ts";
import { newPlugin, type Plugin } from "./host.ts";
import { ServerRelay } from "./server-relay.ts";

const FACTORY = "Live table";
const FILE_TYPE = "tsvshare-table";
const SHARE = "tsvshare:share-file";
const NEW = "tsvshare:new-table";

const ENDINGS = [
  ...["tsv", "tab", "csv", "psv", "bed", "bedgraph", "narrowpeak", "broadpeak", "vcf", "maf"],
  ...["gff", "gff3", "gtf", "gaf", "gpad", "sam", "paf", "psl", "blast", "pileup", "mitab"],
].map((ending) => `.${ending}`);
/** Ends of the names of files that are tables: of one kind or another, compressed or not. */
const TABLE_ENDINGS = ["", ".gz", ".bgz", ".bz2", ".xz", ".zst"].flatMap((compressed) =>
  ENDINGS.map((ending) => ending + compressed),
);

/** Whether a file is called like a table. */
export const isTable = (name: string): boolean =>
  TABLE_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));

interface Context {
  readonly ready: Promise<void>;
  readonly localPath: string;
}
interface FileBrowsers {
  readonly tracker: {
    readonly currentWidget: {
      selectedItems(): Iterable<{ path: string; name: string; type: string }>;
    } | null;
  };
}
interface Launcher {
  add(item: { command: string; category: string; rank: number }): unknown;
}
interface Palette {
  addItem(item: { command: string; category: string }): unknown;
}
type Class<Instance> = new (...given: unknown[]) => Instance;
/** The classes that the extension's own are made of. */
interface Classes {
  Widget: Class<Widget>;
  DocumentWidget: Class<Widget & { readonly toolbar: { hide(): void } }>;
  TextModelFactory: Class<object>;
  ABCWidgetFactory: Class<object>;
  /** The application's picture of a table; not everyone has it. */
  icon: unknown;
}

/** The plugin; none where the application lacks what it stands on. */
export async function liveTables(load: Load): Promise<Plugin[]> {
  const { ABCWidgetFactory, DocumentWidget, TextModelFactory } =
    await load("@jupyterlab/docregistry");
  const { Widget } = await load("@lumino/widgets");
  const { ServerConnection } = await load("@jupyterlab/services");
  if (!ABCWidgetFactory || !Widget || !ServerConnection) return [];
  const { spreadsheetIcon: icon } = await load("@jupyterlab/ui-components");
  const classes = { ABCWidgetFactory, DocumentWidget, TextModelFactory, Widget, icon } as Classes;
  const { ICommandPalette } = await load("@jupyterlab/apputils");
  const { ILauncher } = await load("@jupyterlab/launcher");
  const { IFileBrowserFactory } = await load("@jupyterlab/filebrowser");
  const tokens = [ICommandPalette, ILauncher, IFileBrowserFactory];
  const about = "Opens files as live tables, which are shared by a link.";
  const plugin = newPlugin("live-table", about, tokens, (app, palette, launcher, browsers) => {
    const relay = new ServerRelay(app, ServerConnection);
    relay.tellAddress().catch(() => {}); // who opens a table is told what is wrong
    addDocumentType(app, classes, relay);
    addCommands(app, classes, relay, browsers as FileBrowsers | null);
    for (const command of [SHARE, NEW]) {
      (palette as Palette | null)?.addItem({ command, category: FACTORY });
    }
    (launcher as Launcher | null)?.add({ command: NEW, category: "Other", rank: 10 });
  });
  return [plugin];
}

/** The relay's page, in a panel of the application. */
function fill(panel: Widget, url: string): void {
  const frame = document.createElement("iframe");
  frame.title = FACTORY;
  frame.allow = "clipboard-read; clipboard-write";
  frame.src = url;
  panel.node.replaceChildren(frame);
}

function newPanel({ Widget }: Classes): Widget {
  const panel = new Widget();
  panel.addClass("jp-IFrame"); // so that tabs can be dragged over it
  return panel;
}

function addDocumentType(app: Application, classes: Classes, relay: ServerRelay): void {
  const { TextModelFactory, ABCWidgetFactory, DocumentWidget } = classes;
  /** A file whose content is not read: the server opens it. */
  class NoContent extends TextModelFactory {
    get name(): string {
      return FILE_TYPE;
    }
    get fileFormat(): null {
      return null;
    }
  }
  class LiveTables extends ABCWidgetFactory {
    createNewWidget(context: Context): Widget {
      const content = newPanel(classes);
      context.ready
        .then(() => relay.openFile(context.localPath))
        .then((url) => fill(content, url))
        .catch((error: Error) => {
          content.node.textContent = error.message;
          content.node.setAttribute("role", "alert");
        });
      const widget = new DocumentWidget({ content, context });
      widget.toolbar.hide();
      return widget;
    }
  }
  app.docRegistry.addFileType({
    name: FILE_TYPE,
    displayName: "Table",
    extensions: TABLE_ENDINGS.filter((ending) => ![".csv", ".tsv"].includes(ending)),
    mimeTypes: ["text/tab-separated-values"],
    fileFormat: "text",
    ...(classes.icon ? { icon: classes.icon } : {}),
  });
  app.docRegistry.addModelFactory(new NoContent());
  const fileTypes = ["csv", "tsv", FILE_TYPE];
  const options = { name: FACTORY, modelName: FILE_TYPE, fileTypes, readOnly: true };
  app.docRegistry.addWidgetFactory(new LiveTables(options));
}

function addCommands(
  app: Application,
  classes: Classes,
  relay: ServerRelay,
  browsers: FileBrowsers | null,
): void {
  const chosen = () =>
    [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])].filter(
      ({ type, name }) => type !== "directory" && isTable(name),
    );
  app.commands.addCommand(SHARE, {
    label: "Share Live Table",
    icon: classes.icon,
    caption: "Open this file as a table that everyone with its link sees, live",
    isVisible: () => chosen().length > 0,
    execute: async ({ path }) => {
      const paths = typeof path === "string" ? [path] : chosen().map((file) => file.path);
      for (const path of paths) {
        await app.commands.execute("docmanager:open", { path, factory: FACTORY });
      }
    },
  });
  app.commands.addCommand(NEW, {
    label: "Live Table",
    icon: classes.icon,
    caption: "Share a file of this computer as a table, live",
    execute: () => {
      if (app.name !== "JupyterLab") {
        window.open(relay.url, "_blank", "noopener"); // Notebook has one panel a page
        return;
      }
      const panel = newPanel(classes);
      panel.id = `tsvshare-${Date.now()}`;
      panel.title.label = FACTORY;
      panel.title.closable = true;
      fill(panel, relay.url);
      app.shell.add(panel, "main");
    },
  });
  const selector = '.jp-DirListing-item[data-isdir="false"]';
  app.contextMenu.addItem({ command: SHARE, selector, rank: 3 });
}
