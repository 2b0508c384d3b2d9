// Who can open a link, in words: the host in it, seen from where the reader's browser is. Pure.
import { isLoopback, type Reached } from "../view/reach.ts";

const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cde]|[^.]+\.local$|[^.:[\]]+$)/;

/**
 * Who can open a link. `own` is the address of the page that the reader looks at, `reached` whether
 * the reader's browser gets to the relay, `guarded` whether a server that has users stands before it.
 */
export function whoOpens(url: string, own: string, reached: Reached, guarded = false): string {
  const { hostname, host, protocol } = new URL(url);
  if (isLoopback(url)) {
    if (!isLoopback(own) && reached !== "yes") return ELSEWHERE;
    return "Opens on this computer only.";
  }
  const letIn = guarded ? " and is let in there" : "";
  const not = reached === "no" ? " This browser does not." : "";
  if (PRIVATE.test(hostname)) {
    const plain = protocol === "http:" ? " Nothing is encrypted on the way." : "";
    return `Opens for everyone in a network that reaches ${host}${letIn}.${not}${plain}`;
  }
  return `Opens for everyone who reaches ${host}${letIn}.${not}`;
}

const ELSEWHERE =
  "Opens only on the computer that the notebook’s kernel runs on, and that is not this one.";
