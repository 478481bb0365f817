export const BROWSER_ARGS: readonly string[];
/** The browser's path. Ends the process with a message when there is none to be had. */
export function findBrowser(): string;
