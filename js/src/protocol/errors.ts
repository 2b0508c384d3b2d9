// The one error that relay, kernel and front end raise.

/** An error of the relay, the kernel or the front end; `code` is for programs, the message for people. */
export class TSVShareError extends Error {
  code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes that say why there is nothing to come back to. */
export const LAST_WORDS = ["revoked", "deleted", "moved"];

/** Codes of errors that stay true for a connection; others are told once and over. */
export const LASTING_ERRORS: ReadonlySet<string> = new Set([
  "engine_down",
  "wrong_key",
  "wrong_version",
  ...LAST_WORDS,
]);
