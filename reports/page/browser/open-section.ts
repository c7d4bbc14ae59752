/** Unfolds a section and moves there; the address names it, so that it can be passed on. */
export function openSection(id: string): void {
  const section = document.getElementById(id);
  if (section === null) return;
  for (let at: Element | null = section; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  history.replaceState(null, "", `#${id}`);
  section.scrollIntoView();
  section.querySelector("summary")?.focus({ preventScroll: true });
}

/** The section that the address names, now and when it changes. */
export function followAddress(): void {
  const follow = (): void => {
    if (location.hash.length > 1) openSection(decodeURIComponent(location.hash.slice(1)));
  };
  addEventListener("hashchange", follow);
  follow();
}
