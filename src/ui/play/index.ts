/**
 * The Play page: a person, a scripted player or a model calls tools until the episode ends; others race side by side. Words: a
 * *task* is a configuration of an environment; a *call* is a tool's name with its arguments; an *observation*
 * is the text that comes back. The episode itself lives in the play store. Pages
 * of what came by a link are made of the same pieces.
 */
export { PickingProvider } from "./picking.tsx";
export { ResultPanel } from "./result-panel.tsx";
export { ConfigPreview } from "./setup-panel.tsx";
export { StepControls } from "./step-controls.tsx";
export { TaskPanel } from "./task-panel.tsx";
export { timelineOf } from "./timeline.ts";
export { TimelineList } from "./timeline-list.tsx";
export { ToolPanel } from "./tool-panel.tsx";
export { useOpenEpisodes } from "./use-episodes.ts";
export { PlayPage } from "./play-page.tsx";
