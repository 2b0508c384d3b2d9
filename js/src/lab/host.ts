// The parts of JupyterLab and Notebook that the extension uses, and how it gets at their modules:
// those of the application itself, whose types are written out here as far as they are needed.

/** The modules that the application shares, by package and version. */
export type ShareScope = Record<
  string,
  Record<string, { get(): Promise<() => Record<string, unknown>>; loaded?: unknown }>
>;

/** Gets a module of the application; an empty one if it has none of this name. */
export type Load = (name: string) => Promise<Record<string, unknown>>;

/** Gets modules out of a scope: of each package the version that is in use. */
export function loader(scope: () => ShareScope): Load {
  return async (name) => {
    const versions = Object.values(scope()[name] ?? {});
    const used = versions.find((version) => version.loaded) ?? versions.at(-1);
    return used ? (await used.get())() : {};
  };
}

export interface Widget {
  id: string;
  readonly node: HTMLElement;
  readonly title: { label: string; closable: boolean };
  addClass(name: string): void;
}

export interface Command {
  label: string;
  caption: string;
  icon: unknown;
  execute(args: Record<string, unknown>): unknown;
  isVisible?(): boolean;
}

export interface Application {
  readonly name: string;
  readonly commands: {
    addCommand(id: string, command: Command): unknown;
    execute(id: string, args: Record<string, unknown>): Promise<unknown>;
  };
  readonly contextMenu: {
    addItem(item: { command: string; selector: string; rank: number }): unknown;
  };
  readonly docRegistry: {
    addFileType(type: object): unknown;
    addModelFactory(factory: object): unknown;
    addWidgetFactory(factory: object): unknown;
  };
  readonly serviceManager: { readonly serverSettings: { readonly baseUrl: string } };
  readonly shell: { add(widget: Widget, area: string): void };
}

export interface Plugin {
  id: string;
  description: string;
  autoStart: true;
  optional: unknown[];
  activate(app: Application, ...services: unknown[]): void;
}

/** A plugin that is given those of the services behind `tokens` that the application has. */
export function newPlugin(
  id: string,
  description: string,
  tokens: unknown[],
  activate: (app: Application, ...services: unknown[]) => void,
): Plugin {
  const known = tokens.map((token) => token !== undefined);
  return {
    id: `tsvshare-widget:${id}`,
    description,
    autoStart: true,
    optional: tokens.filter((_, index) => known[index]),
    activate: (app, ...given) => activate(app, ...known.map((is) => (is ? given.shift() : null))),
  };
}
