// A list of names as people paste it: from a column or a row of a sheet, or from a sentence. Pure.

/** The names in a pasted text, in their order, each once. */
export function namesIn(text: string): string[] {
  const lines = /[\n\r\t]/.test(text) ? text.split(/[\n\r\t]+/) : text.split(/[,;]/);
  const names = lines.map((name) => unquoted(name.trim()));
  return [...new Set(names.filter((name) => name !== ""))];
}

/** Names of R and Python are pasted with the quotes around them. */
function unquoted(name: string): string {
  const inside = name.replace(/,$/, "");
  return /^"[^"]*"$|^'[^']*'$/.test(inside) ? inside.slice(1, -1) : name;
}
