import { safeFileName } from "./names.ts";
import type { Download } from "./types.ts";

/** A stored record that cannot be read, as it is. `text` is JSON. */
export function exportRaw({ kind, id }: { kind: string; id: string }, text: string): Download {
  return {
    fileName: safeFileName(`${kind} ${id} (unreadable).json`.replaceAll(" ", "-")),
    mime: "application/json",
    bytes: new TextEncoder().encode(text),
  };
}
