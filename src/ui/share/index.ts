/**
 * Pages of what came by a link or a shared file: `#/open/…` in the playground, `#/embed/…` in a frame of another page.
 * Nothing in it was verified here: it is shown as text, and its Python runs in the sandbox only, once somebody asks.
 */
export { EmbedPage } from "./embed-page.tsx";
export { OpenPage } from "./open-page.tsx";
