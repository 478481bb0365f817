/** For so long one interpreter works alone: starting another takes about as long, and most work is done by then. In ms. */
const HELP_AFTER_MS = 300;

/**
 * Runs `work`, which takes from a common queue until that is empty, in one interpreter, and, while there is more
 * after a while, in further ones, `most` in all. Rejects with the first failure.
 */
export async function crew(most: number, hasMore: () => boolean, work: () => Promise<void>): Promise<void> {
  const first = work();
  const done = first.catch(() => {});
  const help = async (number: number): Promise<void> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, number * HELP_AFTER_MS);
    });
    await Promise.race([done, late]);
    clearTimeout(timer);
    if (hasMore()) await work();
  };
  await Promise.all([first, ...Array.from({ length: Math.max(0, most - 1) }, (_, index) => help(index + 1))]);
}
