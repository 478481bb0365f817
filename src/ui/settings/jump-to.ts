/** Scrolls to a section and gives its heading the focus, so that reading and tabbing go on from there. */
export function jumpTo(id: string): void {
  const section = document.getElementById(id);
  section?.scrollIntoView({ block: "start" });
  const heading = section?.querySelector<HTMLElement>("h2");
  if (heading === null || heading === undefined) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
