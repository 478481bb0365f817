/** Work that is done at most once in `ms`, however often it is asked for. */
export function bounded(ms: number, work: () => void): { soon(): void; now(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    work();
  };
  return {
    soon() {
      timer ??= setTimeout(now, ms);
    },
    now,
  };
}
