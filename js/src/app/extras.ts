// The second part of the front end, which is loaded once there is a page to look at: what opens over
// the table when it is asked for.  The build adds its style.

export { showLanding } from "../landing/landing.ts";
export { speak } from "../texts/texts.ts";
export { Overlays } from "./overlays.ts";
export { newUploader, OvertakenNotice } from "./uploading.ts";

/** Which build this is a part of; the other part has to be of the same. */
export const build = typeof BUILD === "string" ? BUILD : "";
