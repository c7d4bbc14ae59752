/**
 * A table that is wider than its place gets narrower: names that rows share go above those of the second column. Where that
 * is not enough, a line above it says that it can be scrolled. Without scripts, shades at its ends do.
 */
export function watchWideTables(): void {
  const hints = new Map<Element, HTMLElement>();
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const table = target.querySelector("table.grouped");
      const isWide = (): boolean => target.scrollWidth > target.clientWidth;
      table?.classList.remove("tight");
      if (isWide()) table?.classList.add("tight");
      const hint = hints.get(target);
      if (hint !== undefined) hint.hidden = !isWide();
    }
  });
  document.querySelectorAll("div.scroll").forEach((box) => {
    const hint = document.createElement("p");
    hint.className = "sideways";
    hint.hidden = true;
    hint.textContent = "More columns: scroll the table sideways →";
    box.before(hint);
    hints.set(box, hint);
    observer.observe(box);
  });
}
