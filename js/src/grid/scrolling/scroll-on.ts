// Scrolling on over the ends of a page, for those who want it: the wheel, or a finger, goes on to the
// next page as if all were one table. What moves a page to its end does not turn it as well.

/** Pixels that one scrolls beyond an end before the page turns. */
const BEYOND_PX = 90;
/** Milliseconds after which another push begins: what is left of a fling turns no page. */
const PAUSE_MS = 180;

export interface ScrollOnControls {
  readonly wanted: boolean;
  /** Turn to the page before or behind, which shows its near end. */
  turn(pages: -1 | 1): void;
}

/** Counts how far one pushes beyond an end. Pure. */
export class Push {
  #by = 0;
  #last = Number.NEGATIVE_INFINITY;
  #armed = false;

  /** A movement by so many pixels, from the end that it goes to or not; the page to turn to. */
  move(pixels: number, atEnd: boolean, now: number): -1 | 0 | 1 {
    const fresh = now - this.#last > PAUSE_MS;
    this.#last = now;
    if (!atEnd) this.#armed = false;
    else if (fresh) this.#armed = true;
    if (!this.#armed || Math.sign(pixels) !== Math.sign(this.#by)) this.#by = 0;
    if (!this.#armed) return 0;
    this.#by += pixels;
    if (Math.abs(this.#by) < BEYOND_PX) return 0;
    const to = this.#by > 0 ? 1 : -1;
    this.#by = 0;
    this.#armed = false;
    return to;
  }
}

/** Let the wheel and fingers over `scroller` turn pages at its ends. */
export function scrollOn(scroller: HTMLElement, controls: ScrollOnControls): void {
  const push = new Push();
  const atEnd = (down: boolean): boolean => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    return down ? scrollTop + clientHeight >= scrollHeight - 1 : scrollTop <= 0;
  };
  const move = (pixels: number, now: number): boolean => {
    if (!controls.wanted || pixels === 0) return false;
    const end = atEnd(pixels > 0);
    const to = push.move(pixels, end, now);
    if (to !== 0) controls.turn(to);
    return end;
  };
  scroller.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 20;
      // What is around the table stays where it is.
      if (move(event.deltaY * lines, event.timeStamp) && event.cancelable) event.preventDefault();
    },
    { passive: false },
  );
  let finger = 0;
  scroller.addEventListener("touchstart", ({ touches }) => {
    finger = touches[0]?.clientY ?? 0;
  });
  scroller.addEventListener(
    "touchmove",
    ({ touches, timeStamp }) => {
      const to = touches[0]?.clientY ?? finger;
      if (touches.length === 1) move(finger - to, timeStamp);
      finger = to;
    },
    { passive: true },
  );
}
