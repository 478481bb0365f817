import { SandboxError, sleep } from "@/domain";

/** What the browser refused, as its `securitypolicyviolation` event names it. */
export type Refusal = { directive: string; uri: string };

const seen: (Refusal & { at: number })[] = [];
/** The event is a task of its own, after the failure it explains. */
const EVENT_MS = 100;

if (typeof document !== "undefined") {
  document.addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
    if (disposition === "enforce") seen.push({ directive: effectiveDirective, uri: blockedURI, at: Date.now() });
  });
}

const HINT =
  "The server that this page comes from sends a header that forbids it, or an extension of the browser does. docs/hosting.md of the project lists headers that work; whoever runs the server can set them.";

/** `cause`: what was seen to fail; the refusals name the rest. */
export function refusedError(what: string, refusals: readonly Refusal[], cause?: unknown): SandboxError {
  // One of each kind: a refused file is seldom alone.
  const first = new Map(
    refusals.toReversed().map(({ directive, uri }) => [directive, `${uri === "" ? "a script" : uri} by “${directive}”`]),
  );
  const list = first.size === 0 ? "" : ` Refused under the Content-Security-Policy: ${[...first.values()].toReversed().join(", ")}.`;
  return new SandboxError("boot-failed", `${what}${list}`, { hint: HINT, retryable: true, cause });
}

/** Null when the page's policy refused nothing of this kind since then. */
export async function refusedSince(since: number, directives: readonly string[]): Promise<SandboxError | null> {
  if (typeof document === "undefined") return null;
  await sleep(EVENT_MS);
  const found = seen.filter(({ at, directive }) => at >= since && directives.includes(directive));
  return found.length === 0 ? null : refusedError("The browser refused to load a part of Python.", found);
}
