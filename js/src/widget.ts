import "./styles.css";

export function embed(el: HTMLElement | null): void {
  if (el === null) throw new Error("tsvshare: there is no element to draw in");
  el.classList.add("tsvshare");
}

function render({ el }: { el: HTMLElement }): void {
  el.classList.add("tsvshare");
}

export default { render };
