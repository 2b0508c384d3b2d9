// What does uploads, with the ways by which a file gets to the relay. It is in the second part of the
// front end; uploads.ts is the way to it.

import { httpWay, kernelWay, partedCarrier } from "../link/upload-carriers.ts";
import { Uploader, type Warning } from "../view/files/uploads.ts";
import type { Viewer } from "../view/viewer.ts";

export { OvertakenNotice } from "../bars/overtaken.ts";

/** `confirm` asks whoever uploads; `atPage`: there is no kernel behind a page of its own. */
export function newUploader(
  viewer: Viewer,
  confirm: (warning: Warning) => Promise<boolean>,
  atPage: boolean,
): Uploader {
  const through = kernelWay(viewer.requests);
  // The best one first.
  const carrier = partedCarrier(() => {
    if (atPage) return [httpWay];
    return viewer.reach.state === "no" ? [through] : [httpWay, through];
  });
  return new Uploader(viewer, confirm, carrier);
}
