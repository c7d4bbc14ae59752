/** Lines beside what is pointed at or focused. Screen readers have the same words as its label. */
export interface Tooltip {
  readonly show: (lines: readonly string[], beside: Element) => void;
  readonly hide: () => void;
}

const gapPx = 8;

export function createTooltip(host: HTMLElement): Tooltip {
  const box = document.createElement("div");
  box.className = "tooltip";
  box.hidden = true;
  box.setAttribute("aria-hidden", "true");
  host.append(box);
  return {
    show: (lines, beside) => {
      box.replaceChildren(...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
      box.hidden = false;
      const [mark, frame] = [beside.getBoundingClientRect(), host.getBoundingClientRect()];
      const left = Math.min(mark.right + gapPx, document.documentElement.clientWidth - box.offsetWidth - gapPx);
      const above = mark.top - box.offsetHeight - gapPx;
      box.style.left = `${Math.max(gapPx, left) - frame.left}px`;
      box.style.top = `${(above > 0 ? above : mark.bottom + gapPx) - frame.top}px`;
    },
    hide: () => {
      box.hidden = true;
    },
  };
}
