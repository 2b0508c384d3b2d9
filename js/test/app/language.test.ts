import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Language } from "../../src/app/language.ts";
import { speak, spoken, texts } from "../../src/texts/texts.ts";

const tableOf = (build: string) => ({ build, texts: { replace: "Ersetzen" } });

afterEach(() => speak({ language: "en", locale: undefined }, {}));

/** What was drawn, by what stood on a button. */
function drawing(idle = true) {
  const drawn: string[] = [];
  const draw = () => {
    drawn.push(texts.replace);
    return { idle };
  };
  return { drawn, draw };
}

test("English needs nothing and is drawn at once", () => {
  const { drawn, draw } = drawing();
  const fetch = () => assert.fail("fetched");
  void new Language(fetch, "at once", ["en-GB", "de"]).draw(draw);
  assert.deepEqual(drawn, ["Replace"]);
});

test("another language is drawn once it is here, and fetched once for a page", async () => {
  const { drawn, draw } = drawing();
  const asked: string[] = [];
  const fetch = async (language: string) => {
    asked.push(language);
    return tableOf("once");
  };
  await new Language(fetch, "once", ["de-AT"]).draw(draw);
  void new Language(fetch, "once", ["de"]).draw(draw);
  assert.deepEqual(drawn, ["Ersetzen", "Ersetzen"]);
  assert.deepEqual([asked, spoken().language], [["de"], "de"]);
});

test("English stays where the language does not come, or is of another build", async () => {
  const fetches = [async () => tableOf("older"), () => Promise.reject(new Error("gone"))];
  for (const fetch of fetches) {
    const { drawn, draw } = drawing();
    await new Language(fetch, "newer", ["de"]).draw(draw);
    assert.deepEqual([drawn, spoken().language], [["Replace"], "en"]);
  }
});

for (const [idle, expected] of [
  [true, ["Replace", "Ersetzen"]],
  [false, ["Replace"]],
] as const)
  test(`a language that comes late is drawn anew ${idle ? "where" : "not where"} nobody is about something`, async () => {
    const { drawn, draw } = drawing(idle);
    let arrive = () => {};
    const coming = new Promise<ReturnType<typeof tableOf>>((resolve) => {
      arrive = () => resolve(tableOf(`late ${idle}`));
    });
    const language = new Language(() => coming, `late ${idle}`, ["de"]);
    const done = language.draw(() => {
      // By now it has been waited for.
      queueMicrotask(arrive);
      return draw();
    }, 0);
    await done;
    assert.deepEqual(drawn, expected);
  });
