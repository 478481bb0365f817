import type { Page } from "playwright-core";

/** Has the page note how long its thread was taken by one task after the other; before it is loaded. */
export async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Reflect.set(globalThis, "longTasks", tasks);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
      buffered: true,
    });
  });
}

/** The longest task since this was last asked, in ms; 0: none of 50 ms or more. */
export async function longestTask(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    // Entries come when the page is idle again.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return Math.max(0, ...(Reflect.get(globalThis, "longTasks") as number[]).splice(0));
  });
}
