import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { BeforePaint, Pace, Patience } from "../../src/ui/pace.ts";

/** A screen whose frames come when they are told to. */
class Screen {
  document = { hidden: false };
  #calls = new Map<number, () => void>();
  #last = 0;

  requestAnimationFrame(call: () => void): number {
    this.#calls.set(++this.#last, call);
    return this.#last;
  }

  cancelAnimationFrame(frame: number): void {
    this.#calls.delete(frame);
  }

  frame(): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call();
  }
}

function paced() {
  const screen = new Screen();
  const drawn: number[] = [];
  let newest = 0;
  const inFrames: boolean[] = [];
  const draw = (inFrame: boolean) => {
    drawn.push(newest);
    inFrames.push(inFrame);
  };
  const pace = new Pace(draw, screen);
  const change = (to: number) => {
    newest = to;
    pace.ask();
  };
  return { screen, drawn, inFrames, pace, change };
}

test("a change is drawn at once, those after it with the next frame, the newest only", () => {
  const { screen, drawn, inFrames, change } = paced();
  change(1);
  assert.deepEqual(drawn, [1]);
  for (const page of [2, 3, 4]) change(page);
  assert.deepEqual(drawn, [1]);
  screen.frame();
  assert.deepEqual(drawn, [1, 4]);
  change(5);
  assert.deepEqual(drawn, [1, 4]);
  screen.frame();
  assert.deepEqual(drawn, [1, 4, 5]);
  assert.deepEqual(inFrames, [false, true, true]);
});

test("after a frame without a change the next one is drawn at once again", () => {
  const { screen, drawn, change } = paced();
  change(1);
  screen.frame();
  change(2);
  assert.deepEqual(drawn, [1, 2]);
});

test("where no frames come nothing waits for them", () => {
  const { screen, drawn, change } = paced();
  screen.document.hidden = true;
  for (const page of [1, 2, 3]) change(page);
  assert.deepEqual(drawn, [1, 2, 3]);
});

test("after the end nothing is drawn", () => {
  const { screen, drawn, pace, change } = paced();
  change(1);
  change(2);
  pace.stop();
  screen.frame();
  assert.deepEqual(drawn, [1]);
});

function putOff() {
  const screen = new Screen();
  let done = 0;
  const rest = new BeforePaint(() => done++, screen);
  return { screen, rest, done: () => done };
}

test("what is put off is done in the next frame, or before where it is needed, and once", () => {
  const { screen, rest, done } = putOff();
  rest.ask();
  rest.ask();
  assert.deepEqual([rest.due, done()], [true, 0]);
  screen.frame();
  assert.deepEqual([rest.due, done()], [false, 1]);
  rest.ask();
  rest.now();
  rest.now();
  screen.frame();
  assert.deepEqual([rest.due, done()], [false, 2]);
});

test("what is put off is done also where no frame comes", async () => {
  const { screen, rest, done } = putOff();
  for (const hidden of [true, false]) {
    screen.document.hidden = hidden;
    const before = done();
    rest.ask();
    while (done() === before) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(rest.due, false);
  }
});

test("what is put off is not done after the end", () => {
  const { screen, rest, done } = putOff();
  rest.ask();
  rest.stop();
  screen.frame();
  assert.deepEqual([rest.due, done()], [false, 0]);
});

test("what is over in a moment is not shown, and what lasts is", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const shown: boolean[] = [];
  const patience = new Patience((now) => shown.push(now), 300);
  patience.showLater();
  mock.timers.tick(299);
  patience.show(false);
  mock.timers.tick(1000);
  assert.deepEqual(shown, [false]);
  patience.showLater();
  mock.timers.tick(200);
  patience.showLater();
  mock.timers.tick(100);
  patience.showLater();
  mock.timers.tick(1000);
  assert.deepEqual(shown, [false, true]);
  patience.show(true);
  patience.show(false);
  assert.deepEqual(shown, [false, true, true, false]);
  mock.timers.reset();
});
