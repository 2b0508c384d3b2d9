// The pace of drawing: at once, but once a frame at most. Who turns pages faster than the screen
// shows them sees as many as it can, and the newest one last.

/** The part of a window that a pace uses. */
export interface Frames {
  readonly document: { readonly hidden: boolean };
  requestAnimationFrame(call: () => void): number;
  cancelAnimationFrame(frame: number): void;
}

export class Pace {
  readonly #draw: () => void;
  readonly #window: Frames;
  #frame: number | null = null;
  #due = false;

  constructor(draw: () => void, frames: Frames = window) {
    this.#draw = draw;
    this.#window = frames;
  }

  /** Something has changed. */
  ask(): void {
    // No frames come while nobody can look.
    if (this.#frame === null || this.#window.document.hidden) this.#now();
    else this.#due = true;
  }

  stop(): void {
    if (this.#frame !== null) this.#window.cancelAnimationFrame(this.#frame);
    this.#due = false;
  }

  #now(): void {
    this.#due = false;
    this.#draw();
    this.#frame ??= this.#window.requestAnimationFrame(() => {
      this.#frame = null;
      if (this.#due) this.#now();
    });
  }
}

/** Call as soon as what is drawn now has been painted; at once, or nearly, while nobody can look. */
export function afterPaint(call: () => void): void {
  const soon = () => setTimeout(call);
  if (document.hidden) soon();
  else requestAnimationFrame(soon);
}
