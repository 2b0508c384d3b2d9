// The end of a notebook's kernel, as far as the host tells: no message comes from it any more.
// JupyterLab and Notebook have the kernel's connection at the manager of widgets; others tell only
// that a comm was closed.

/** A signal of Lumino. */
interface Signal<Argument> {
  connect(slot: (sender: unknown, argument: Argument) => void): unknown;
  disconnect(slot: (sender: unknown, argument: Argument) => void): unknown;
}

interface Kernel {
  statusChanged?: Signal<string>;
  disposed?: Signal<unknown>;
}

/** What stands behind the model that anywidget hands on. */
export interface KernelModel {
  widget_manager?: { kernel?: Kernel | null } | undefined;
  on(event: string, handler: () => void): void;
  off(event: string, handler: () => void): void;
}

/** Ways in which the host says that the widget's kernel ended, or is about to. */
const ENDED = /^(restarting|autorestarting|terminating|dead)$/;

export interface EndEvents {
  /** The kernel has ended, and its widgets with it. */
  onend(): void;
  /** Something happened to the comm. */
  ondoubt(): void;
}

/** Watch for the end of the kernel behind a model. */
export function watchKernel(model: KernelModel, events: EndEvents, signal: AbortSignal): void {
  const { onend, ondoubt } = events;
  const kernel = model.widget_manager?.kernel;
  const status = (_: unknown, now: string) => ENDED.test(now) && onend();
  const disposed = () => onend();
  kernel?.statusChanged?.connect(status);
  kernel?.disposed?.connect(disposed);
  model.on("comm_live_update", ondoubt);
  signal.addEventListener("abort", () => {
    kernel?.statusChanged?.disconnect(status);
    kernel?.disposed?.disconnect(disposed);
    model.off("comm_live_update", ondoubt);
  });
}
