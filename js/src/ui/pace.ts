// The pace of drawing: at once, but once a frame at most. Who turns pages faster than the screen
// shows them sees as many as it can, and the newest one last.

/** The part of a window that a pace uses. */
export interface Frames {
  readonly document: { readonly hidden: boolean };
  requestAnimationFrame(call: () => void): number;
  cancelAnimationFrame(frame: number): void;
}

export class Pace {
  readonly #draw: (inFrame: boolean) => void;
  readonly #window: Frames;
  #frame: number | null = null;
  #due = false;

  /** `draw` is told whether the browser is about to paint what it draws. */
  constructor(draw: (inFrame: boolean) => void, frames: Frames = window) {
    this.#draw = draw;
    this.#window = frames;
  }

  /** Something has changed. */
  ask(): void {
    // No frames come while nobody can look.
    if (this.#frame === null || this.#window.document.hidden) this.#now(false);
    else this.#due = true;
  }

  stop(): void {
    if (this.#frame !== null) this.#window.cancelAnimationFrame(this.#frame);
    this.#due = false;
  }

  #now(inFrame: boolean): void {
    this.#due = false;
    this.#draw(inFrame);
    this.#frame ??= this.#window.requestAnimationFrame(() => {
      this.#frame = null;
      if (this.#due) this.#now(true);
    });
  }
}

/** Milliseconds after which what was put off is done even if no frame comes. */
const LATEST_MS = 150;

/** Work that is put off until the browser draws the next frame, and done in it; or earlier where needed. */
export class BeforePaint {
  readonly #work: () => void;
  readonly #window: Frames;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: () => void, frames: Frames = window) {
    this.#work = work;
    this.#window = frames;
  }

  /** Whether it is still to be done. */
  get due(): boolean {
    return this.#timer !== undefined;
  }

  ask(): void {
    if (this.due) return;
    const now = () => this.now();
    this.#timer = setTimeout(now, this.#window.document.hidden ? 0 : LATEST_MS);
    this.#frame = this.#window.requestAnimationFrame(now);
  }

  /** Do it now, if it is to be done. */
  now(): void {
    if (!this.due) return;
    this.stop();
    this.#work();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#window.cancelAnimationFrame(this.#frame);
  }
}

/** What is shown only if it lasts, so that nothing jumps for what is over in a moment. */
export class Patience {
  readonly #show: (shown: boolean) => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (shown: boolean) => void, ms: number) {
    this.#show = show;
    this.#ms = ms;
  }

  /** Show it, once it has been asked for so long without a word that it is over. */
  showLater(): void {
    this.#timer ??= setTimeout(() => this.#show(true), this.#ms);
  }

  /** Show it or not, from now on. */
  show(shown: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#show(shown);
  }
}

/** Call as soon as what is drawn now has been painted; at once, or nearly, while nobody can look. */
export function afterPaint(call: () => void): void {
  const soon = () => setTimeout(call);
  if (document.hidden) soon();
  else requestAnimationFrame(soon);
}
