import type { Page } from "playwright-core";

/** What can be measured on any page as it stands: nothing sticks out, nothing is too small, the focus is seen. */

/** What sticks out of the page at its right edge, outside boxes that scroll by themselves. */
export async function overflowing(page: Page, where: string): Promise<string[]> {
  const { over, culprits } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element): boolean => {
      for (let up = element.parentElement; up !== null && up !== document.body; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return true;
      return false;
    };
    const found = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element),
    );
    return {
      over: document.documentElement.scrollWidth - width,
      culprits: found.slice(0, 4).map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`),
    };
  });
  return over > 1 ? [`${where}: ${over} px too wide: ${culprits.join(" | ")}`] : [];
}

const CONTROLS = "a[href], button, input, select, textarea, summary, [role=button], [role=slider], [tabindex='0']";

/** What can be pressed and is less than 24 px in one direction. What stands within a line of text may be (WCAG 2.2, 2.5.8). */
export async function smallTargets(page: Page, where: string): Promise<string[]> {
  const small = await page.evaluate((controls) => {
    const inLine = (element: Element): boolean => {
      if (!getComputedStyle(element).display.startsWith("inline")) return false;
      return [...(element.parentElement?.childNodes ?? [])].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== "",
      );
    };
    return [...document.querySelectorAll(controls)].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      // Fields that are drawn by their label are hidden themselves.
      if (width <= 1 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || inLine(element)) return [];
      return Math.min(width, height) < 23.5
        ? [
            `${element.tagName} ${Math.round(width)}×${Math.round(height)} “${(element.ariaLabel ?? element.textContent).slice(0, 40)}” ${element.className}`,
          ]
        : [];
    });
  }, CONTROLS);
  return [...new Set(small)].map((text) => `${where}: ${text}`);
}

/**
 * Each kind of element that takes the focus by key and shows it by no outline of 2 px, on itself, around it or on what
 * is drawn in its place. `seen` holds the kinds that were looked at, so that each is once.
 */
export async function unseenFocus(page: Page, where: string, seen: Set<string>): Promise<string[]> {
  // By key, so that the browser shows the focus of what a script focuses after it.
  await page.keyboard.press("Tab");
  const { kinds, unseen } = await page.evaluate(
    async ([controls, known]) => {
      const kindOf = (element: Element): string =>
        `${element.tagName} ${element.getAttribute("type") ?? ""} ${element.getAttribute("role") ?? ""} ${element.className
          .split(" ")
          .filter((name) => /^mantine-[A-Z]/.test(name))
          .join(" ")}`;
      const outlines = (element: Element): string[] => {
        const around = [element, ...(element.parentElement?.children ?? [])];
        for (
          let up = element.parentElement;
          up !== null && around.length < 40 && !up.matches("section, main, [role=dialog]");
          up = up.parentElement
        )
          around.push(up);
        return around.map((item) => {
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(item);
          return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && !/(, |\/ )0\)$|transparent/.test(outlineColor)
            ? `${outlineWidth} ${outlineColor}`
            : "";
        });
      };
      const looked: string[] = [];
      const bad: string[] = [];
      for (const element of document.querySelectorAll<HTMLElement>(`${controls}, [contenteditable=true]`)) {
        const kind = kindOf(element);
        if (
          known.includes(kind) ||
          looked.includes(kind) ||
          element.matches(":disabled") ||
          element.tabIndex < 0 ||
          !element.checkVisibility()
        )
          continue;
        element.blur();
        const before = outlines(element);
        element.focus({ preventScroll: true });
        if (document.activeElement !== element) continue;
        // Where nothing may move, a change of style still takes its moment.
        await Promise.all(element.getAnimations().map(({ finished }) => finished));
        looked.push(kind);
        if (outlines(element).every((outline, index) => outline === "" || outline === before[index]))
          bad.push(`${kind} “${(element.ariaLabel ?? element.textContent).slice(0, 30)}”`);
      }
      return { kinds: looked, unseen: bad };
    },
    [CONTROLS, [...seen]] as const,
  );
  for (const kind of kinds) seen.add(kind);
  return unseen.map((text) => `${where}: the focus of ${text} is not seen`);
}

/** Boxes that scroll up and down inside the page or frame, with more in them than they show. */
export const innerScrollers = (): string[] =>
  [...document.querySelectorAll("body *")]
    .filter((element) => element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY))
    .map((element) => element.className);

/** Collects each text of the live regions, and each that the page's first line of figures shows, from now on. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Reflect.set(window, "__said", said);
    const read = (): void => {
      for (const region of document.querySelectorAll("output, [aria-live]")) {
        const text = region.textContent.trim();
        if (text !== "" && said.at(-1) !== text && !said.includes(text)) said.push(text);
      }
      const resting = /Not running[^·]*|[A-Za-z]+: resume[^·]*/.exec(document.querySelector("main")?.textContent ?? "")?.[0];
      if (resting !== undefined && !said.includes(resting)) said.push(resting);
    };
    new MutationObserver(read).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return () => page.evaluate(() => Reflect.get(window, "__said") as string[]);
}

/** What has the focus, as a person would name it. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const active = document.activeElement;
    if (active === null || active === document.body) return "nothing";
    return `${active.tagName.toLowerCase()} ${(active.ariaLabel ?? active.textContent).replaceAll(/\s+/g, " ").trim().slice(0, 60)}`;
  });
}
