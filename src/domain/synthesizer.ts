import type { Synthesizer } from "./compilation.ts";
import type { Problem } from "./problem.ts";
import { profileFor } from "./profile.ts";
import type { Settings } from "./settings.ts";

/**
 * Who writes the candidates of a problem's run with these settings. Recorded replies exist for the bundled problems
 * only: any other problem is compiled then, so that a visitor without a key gets somewhere with it.
 */
export function synthesizerFor(settings: Settings, problem: Pick<Problem, "origin">): Synthesizer {
  const { provider } = profileFor(settings, "designer");
  if (provider === "compiler") return "compiler";
  if (provider === "recorded") return problem.origin === "bundled" ? "model" : "compiler";
  return settings.compileFirst ? "both" : "model";
}
