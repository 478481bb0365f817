/**
 * The Play page: a person, a scripted player or a model calls tools until the episode ends; others race side by side. Words: a
 * *task* is a configuration of an environment; a *call* is a tool's name with its arguments; an *observation*
 * is the text that comes back. The episode itself lives in the play store.
 */
export { PlayPage } from "./play-page.tsx";
