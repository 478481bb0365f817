/**
 * The screen: `shell` frames it, one folder per page, `components` are shared. It reads stores and calls their
 * actions, and imports no engine. `main.tsx` renders `App` under a `StoresProvider`.
 */
export { App } from "./app.tsx";
export { StoresProvider } from "./stores/index.ts";
