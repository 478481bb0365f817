import type { KeyboardEvent } from "react";

/**
 * Tab closes a menu and goes on from the button that opened it. Mantine's menu keeps the key to itself; its button is
 * known by the name that it lends to the menu.
 */
export function leaveMenuOnTab(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Tab") return;
  const opener = document.getElementById(event.currentTarget.getAttribute("aria-labelledby") ?? "");
  if (opener === null) return;
  event.stopPropagation();
  opener.focus();
  opener.click();
}
