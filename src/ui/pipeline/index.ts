/**
 * The Pipeline page: runs and one run live. Words: a *stage* is what the person sees of one or two gates; the
 * *focus* is the candidate that the run is busy with. Everything shown is read from the run's view.
 */
export { PipelinePage } from "./pipeline-page.tsx";
