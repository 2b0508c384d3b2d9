// The one error that relay, kernel and front end raise.

/** Something the relay or the kernel refused; `code` is for programs, the message for people. */
export class TSVShareError extends Error {
  code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
