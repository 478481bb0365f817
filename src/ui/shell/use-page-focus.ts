import { useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";

export const APP_NAME = "CodeGym Playground";

const MAX_TITLE = 80;
const short = (text: string): string => (text.length > MAX_TITLE ? `${text.slice(0, MAX_TITLE)}…` : text);

/**
 * After a navigation the page's heading takes the focus and names the document, so that a screen reader says
 * where one is (`data-title` on the heading names it shorter). Pages load lazily: their heading is awaited. The
 * first page leaves the focus where it is. `?section=id` goes on to that part of the page.
 */
export function usePageFocus(): void {
  const [path] = useLocation();
  const search = useSearch();
  const last = useRef<string | null>(null);

  useEffect(() => {
    // No page, only the way to the first one.
    if (path === "/") return undefined;
    const moved = last.current !== null && last.current !== path;
    last.current = path;
    const main = document.querySelector("main");
    if (main === null) return undefined;
    if (moved) window.scrollTo(0, 0);
    let focusDue = moved;
    let known: HTMLElement | null = null;

    const read = (): void => {
      // While a page is fetched, React keeps the one before it in the document, hidden.
      const [first, ...more] = main.querySelectorAll("h1");
      // Looking makes the browser work out its layout, and some pages change many times a second: a known one is believed.
      const heading = more.length === 0 && first === known ? first : [first, ...more].find((item) => item?.checkVisibility());
      if (heading === undefined) return;
      known = heading;
      document.title = `${short(heading.dataset["title"] ?? heading.textContent)} · ${APP_NAME}`;
      if (!focusDue) return;
      focusDue = false;
      // Someone who already types in the new page is not interrupted.
      if (document.activeElement?.matches("main :is(input, textarea, select, [contenteditable])") === true) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };

    read();
    const observer = new MutationObserver(read);
    observer.observe(main, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [path]);

  useEffect(() => {
    const id = new URLSearchParams(search).get("section");
    const main = document.querySelector("main");
    if (id === null || main === null) return undefined;
    let due = true;
    const go = (): void => {
      const section = due ? document.getElementById(id) : null;
      if (section === null || !main.contains(section)) return;
      due = false;
      section.scrollIntoView({ block: "start" });
      const heading = section.querySelector<HTMLElement>("h2");
      if (heading === null) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };
    go();
    const observer = new MutationObserver(go);
    observer.observe(main, { childList: true, subtree: true });
    // The same link once more: nothing changes in the address, but the person wants to be there.
    const again = (): void => {
      if (!window.location.hash.endsWith(`?${search}`)) return;
      due = true;
      go();
    };
    window.addEventListener("hashchange", again);
    return () => {
      observer.disconnect();
      window.removeEventListener("hashchange", again);
    };
  }, [path, search]);
}
