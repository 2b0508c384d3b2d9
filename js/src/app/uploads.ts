// Uploads of this viewer: what does them is in the second part of the front end. How far one has come
// is shown by the first, that of somebody else too.

import type { OvertakenNotice } from "../bars/overtaken.ts";
import { UploadProgress } from "../bars/upload-progress.ts";
import type { Uploader, Warning } from "../view/files/uploads.ts";
import type { Viewer } from "../view/viewer.ts";
import type { Extras, ExtrasLoader } from "./extras-loader.ts";

const askFirst = (event: Event): void => event.preventDefault();

/** Have the browser ask whoever leaves the page, or let them go. */
function askBeforeLeaving(ask: boolean): void {
  if (ask) window.addEventListener("beforeunload", askFirst);
  else window.removeEventListener("beforeunload", askFirst);
}

interface Loaded {
  uploader: Uploader;
  notice: OvertakenNotice;
}

export class Uploads {
  readonly progress = new UploadProgress(() => this.cancel());
  readonly #viewer: Viewer;
  readonly #loader: ExtrasLoader;
  readonly #confirm: (warning: Warning) => Promise<boolean>;
  readonly #atPage: boolean;
  #loaded: Loaded | null = null;
  /** Files that wait for the second part. */
  #waiting = 0;

  /** `confirm` asks whoever uploads. */
  constructor(
    viewer: Viewer,
    loader: ExtrasLoader,
    confirm: (warning: Warning) => Promise<boolean>,
    atPage: boolean,
  ) {
    this.#viewer = viewer;
    this.#loader = loader;
    this.#confirm = confirm;
    this.#atPage = atPage;
  }

  /** Whether nothing is being sent. */
  get idle(): boolean {
    return this.#waiting === 0 && !this.#loaded?.uploader.current;
  }

  /** Upload a file, unless that is refused or not confirmed; `asked`: it is confirmed already. */
  async start(file: File, options?: { asked: boolean }): Promise<void> {
    this.#waiting++;
    const loaded = await this.#load().catch((error) => this.#viewer.reportError(error));
    this.#waiting--;
    await loaded?.uploader.start(file, options);
  }

  cancel(): void {
    this.#loaded?.uploader.cancel();
  }

  update(): void {
    const { uploader, notice } = this.#loaded ?? {};
    this.progress.update(uploader?.current ?? null, this.#viewer.document?.table ?? null);
    notice?.update(uploader?.overtaken ?? null);
    askBeforeLeaving(Boolean(uploader?.current));
  }

  async #load(): Promise<Loaded> {
    const extras = await this.#loader.load();
    this.#loaded ??= this.#make(extras);
    return this.#loaded;
  }

  #make(extras: Extras): Loaded {
    const uploader = extras.newUploader(this.#viewer, this.#confirm, this.#atPage);
    uploader.onchange = () => this.update();
    const again = () => void uploader.startAgain();
    const notice = new extras.OvertakenNotice(again, () => uploader.forget());
    this.progress.element.after(notice.element);
    return { uploader, notice };
  }
}
