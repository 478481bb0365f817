/**
 * Keeps the focus in the page. The browser drops it on the body when the element that has it is removed or disabled,
 * and whoever uses a keyboard or a screen reader is back at the top. Here it goes to the place that the action named
 * (`next`), else back to the element once that is no longer busy, else to the heading of what is left around it, else
 * to what had it before, else to the page's heading.
 */
export type FocusKeeper = {
  /** After this action the focus belongs to the place of this name, as soon as that is there; the person's own move cancels it. */
  next(place: string): void;
  stop(): void;
};

/** An element that had the focus, with what stood around it, innermost first: once removed it has no parents. */
type Held = { element: HTMLElement; around: readonly Element[] };

const PLACE = "data-focus-place";
/** A dialog that closes leads back to what opened it; more than two lie above each other nowhere. */
const REMEMBERED = 8;
const AREAS = "section, [role=dialog], [role=tabpanel]";
const PAGE = "main";
const HEADINGS = "h1, h2, h3, h4";
/** Below this share of the window a place is brought up, so that what belongs to it is in sight. */
const LOW = 0.45;

/** For the heading, or another element, that an action names as the next place. */
export function focusPlace(name: string): { tabIndex: -1; "data-focus-place": string } {
  return { tabIndex: -1, [PLACE]: name };
}

const isBusy = (element: Element): boolean => element.matches("[data-loading]");
const isGone = (element: Element): boolean => !element.isConnected || !element.checkVisibility({ visibilityProperty: true });
const canHold = (element: HTMLElement): boolean => !isGone(element) && !element.matches(":disabled");

function around(element: Element): Element[] {
  const found: Element[] = [];
  for (let up = element.parentElement; up !== null; up = up.parentElement) found.push(up);
  return found;
}

/** The heading of the nearest area that is left; an area with no heading but a name takes the focus itself. */
function leftOf({ around: outer }: Held, areas: string): HTMLElement | null {
  for (const area of outer) {
    if (!(area instanceof HTMLElement) || !area.matches(areas) || isGone(area)) continue;
    const heading = [...area.querySelectorAll<HTMLElement>(HEADINGS)].find((item) => !isGone(item));
    if (heading !== undefined) return heading;
    if (area.ariaLabel !== null) return area;
  }
  return null;
}

/** Brought to where it can be read; the heading's `scroll-margin` leaves room for the page's head. */
function bringUp(element: HTMLElement): void {
  const { top } = element.getBoundingClientRect();
  const head = Number.parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
  if (top < head || top > window.innerHeight * LOW) element.scrollIntoView({ block: "start" });
}

export function keepFocus(document: Document): FocusKeeper {
  let trail: Held[] = [];
  let owed: string | null = null;

  const give = (element: HTMLElement): void => {
    if (!element.hasAttribute("tabindex") && element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };
  /** The focus is nowhere, or where no key reaches. */
  const isLost = (): boolean => {
    const active = document.activeElement;
    return active === null || active === document.body || active === document.documentElement || active.matches(":disabled");
  };

  const settle = (): void => {
    if (owed !== null) {
      const place = [...document.querySelectorAll<HTMLElement>(`[${PLACE}="${CSS.escape(owed)}"]`)].find((item) => !isGone(item));
      if (place !== undefined) {
        owed = null;
        give(place);
        bringUp(place);
        return;
      }
    }
    if (trail.length === 0 || !isLost()) return;
    for (const held of trail) {
      if (canHold(held.element)) return give(held.element);
      // It can be pressed again in a moment, or what was named comes in its place.
      if (!isGone(held.element) && (isBusy(held.element) || owed !== null)) return;
      // A place of the same name follows it: another episode's tools, say.
      owed ??= held.element.getAttribute(PLACE);
      const heading = leftOf(held, AREAS);
      if (heading !== null) return give(heading);
    }
    const page = trail.map((held) => leftOf(held, PAGE)).find((heading) => heading !== null);
    if (page !== undefined) give(page);
  };

  const onFocusIn = (event: FocusEvent): void => {
    const element = event.target;
    if (!(element instanceof HTMLElement) || element === document.body) return;
    trail = [{ element, around: around(element) }, ...trail.filter((held) => held.element !== element)].slice(0, REMEMBERED);
  };
  /** Left by the person, with a press beside everything: then it is nobody's to give back. Browsers that tell of a removal tell it before. */
  const onFocusOut = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null || !(target instanceof HTMLElement) || !document.hasFocus()) return;
    queueMicrotask(() => {
      if (isLost() && canHold(target)) trail = [];
    });
  };
  const onOwnMove = (event: Event): void => {
    if (
      event instanceof KeyboardEvent &&
      event.key !== "Tab" &&
      !(event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]"))
    )
      return;
    owed = null;
  };

  const observer = new MutationObserver(settle);
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener("focusin", onFocusIn, { signal });
  document.addEventListener("focusout", onFocusOut, { signal });
  document.addEventListener("keydown", onOwnMove, { signal, capture: true });
  document.addEventListener("pointerdown", onOwnMove, { signal, capture: true });
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled", "hidden", "style", PLACE],
  });
  return {
    next(place) {
      owed = place;
      settle();
    },
    stop() {
      observer.disconnect();
      listening.abort();
    },
  };
}
