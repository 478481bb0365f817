/** The frame around every page: header with navigation and the state of Python, notices, footer; addresses behind "#". */
export { hashHref, useHashPath, useHashSearch } from "./hash-location.ts";
export { NotFound } from "./not-found.tsx";
export { PageBoundary } from "./page-boundary.tsx";
export { Shell } from "./shell.tsx";
