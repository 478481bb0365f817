/**
 * The Play page: a person calls tools until the episode ends, or watches the reference solver do it. Words: a
 * *task* is a configuration of an environment; a *call* is a tool's name with its arguments; an *observation*
 * is the text that comes back. The episode itself lives in the play store.
 */
export { PlayPage } from "./play-page.tsx";
