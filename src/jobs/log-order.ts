/**
 * Takes a stored event into the view that is folded from its log, in the log's order. One that comes too early sends
 * for those before it: a page may be opened while its log is written, and of two reads the later may end first.
 * @param read the log's events from a place on; what is read is taken in order, and what the view has is skipped
 */
export function takeInOrder<Stored extends { seq: number }>(
  view: { readonly lastSeq: number },
  stored: Stored,
  take: (stored: Stored) => void,
  read: (from: number) => Promise<readonly Stored[]>,
): void {
  if (stored.seq <= view.lastSeq + 1) return take(stored);
  // A log that cannot be read says so where its content would stand.
  read(view.lastSeq + 1).then(
    (events) => events.forEach(take),
    () => undefined,
  );
}
