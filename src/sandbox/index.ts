/**
 * Isolated Python. A *realm* starts interpreters (an opaque-origin frame with workers in the browser, worker
 * threads in Node: door `@/sandbox/node`), a *connection* is the host's end of one worker's port, the *pool*
 * lends interpreters for a *purpose*. Judged code is hostile: what a connection returns is parsed, never believed.
 */
export { startBrowserSandbox } from "./browser.ts";
export type { StartPhase } from "./start-phase.ts";
export type { Ready } from "./wire.ts";
