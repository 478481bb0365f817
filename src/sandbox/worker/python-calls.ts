/**
 * The one place where Python calls a JavaScript function (Pyodide's glue is edited to come here: scripts/
 * sandbox-assets.ts). Pyodide itself needs it while it starts; afterwards Python may call one function only.
 */
type Callable = (...args: unknown[]) => unknown;

let only: Callable | null = null;

export function callFromPython(callee: Callable, receiver: unknown, args: readonly unknown[]): unknown {
  if (only === null) return Reflect.apply(callee, receiver, args);
  if (callee !== only) throw new TypeError("JavaScript cannot be called from here");
  return only(args[0]);
}

/** From now on; for good. */
export function allowOnly(callee: Callable): void {
  only ??= callee;
}
