const SHOW_EVERY_MS = 100;

/** Passes the text so far on, with a rest between, so that long replies do not keep the page busy. */
export function showEvery(show: ((text: string) => void) | undefined): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    const now = performance.now();
    if (show === undefined || now - last < SHOW_EVERY_MS) return;
    last = now;
    show(text);
  };
}
