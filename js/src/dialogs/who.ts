// Who can open a link, in words: the host in it, seen from where the reader's browser is. Pure.
import { fill, texts } from "../texts/texts.ts";
import { isLoopback, type Reached } from "../view/reach.ts";

const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cde]|[^.]+\.local$|[^.:[\]]+$)/;

/**
 * Who can open a link. `own` is the address of the page that the reader looks at, `reached` whether
 * the reader's browser gets to the relay, `guarded` whether a server that has users stands before it; `many`: it is one of several.
 */
export function whoOpens(
  url: string,
  own: string,
  reached: Reached,
  { guarded = false, many = false } = {},
): string {
  const opens = many ? texts.theseOpen : texts.opens;
  const { hostname, host, protocol } = new URL(url);
  if (isLoopback(url)) {
    if (!isLoopback(own) && reached !== "yes") return fill(texts.opensOnKernels, { opens });
    return fill(texts.opensHere, { opens });
  }
  const letIn = guarded ? texts.andIsLetIn : "";
  const not = reached === "no" ? texts.browserDoesNot : "";
  if (PRIVATE.test(hostname)) {
    const plain = protocol === "http:" ? texts.nothingEncrypted : "";
    return fill(texts.opensInNetwork, { opens, host, letIn, not, plain });
  }
  return fill(texts.opensForReach, { opens, host, letIn, not });
}
