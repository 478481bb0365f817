/**
 * Synthesis: what the three *roles* are asked, and how their replies are read. The *designer* turns a problem into
 * a task text and an environment, the *tester* proposes configurations, the *solver* writes `solve` functions from
 * the tool docs alone. A rejected reply can be *repaired*: its evidence goes back with the first request.
 * A designer replies in the *compact* form (what is particular to the problem; the app assembles the rest) or in the
 * *full* one (the whole file).
 * All of it is pure; who sends requests, and what becomes of the parts, is decided elsewhere.
 */
export { parseDesignerReply } from "./designer-reply.ts";
export { mapFindings } from "./line-map.ts";
export { builtInPrompts, builtInPromptsFor, PLACEHOLDERS, renderPrompt } from "./prompts.ts";
export { renderRepair } from "./repair.ts";
export { designerRequest, repairRequest, solverRequest, testerRequest } from "./requests.ts";
export { parseSolverReply } from "./solver-reply.ts";
export { parseTesterReply } from "./tester-reply.ts";
