/**
 * The page "Evaluate": plans of environments × tasks × players × tries, their progress and their results. A *figure* is
 * shaped from a view by pure code, drawn by Observable Plot in a chunk of its own, and also said in words, as a table and
 * as files.
 */
export { EvaluatePage } from "./evaluate-page.tsx";
