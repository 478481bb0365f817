/** A record by id with what has changed in it; null is taken out. The same record where nothing has. */
export function withChanges<Id extends string, Shown, Value>(
  before: Readonly<Record<string, Value>>,
  changed: ReadonlyMap<Id, Shown | null>,
  valueOf: (shown: Shown, id: Id) => Value,
): Readonly<Record<string, Value>> {
  if (changed.size === 0) return before;
  const after = { ...before };
  for (const [id, shown] of changed) {
    if (shown === null) delete after[id];
    else after[id] = valueOf(shown, id);
  }
  return after;
}
