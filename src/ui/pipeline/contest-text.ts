import { contestOf, type RunView, type Standing } from "@/domain";

const testsText = ({ tests, inWindow }: Standing): string => `${inWindow} of ${tests} tests`;
const shareOf = ({ tests, inWindow }: Standing): number => (tests === 0 ? 0 : inWindow / tests);

/** What decided between two environments: the better one's figure first. */
function figuresText(better: Standing, other: Standing, rounds: string): string {
  if (shareOf(better) !== shareOf(other)) return `${testsText(better)} take ${rounds} against ${testsText(other)}`;
  if (better.tools !== other.tools) return `the same share of tests takes ${rounds}, with ${better.tools} tools against ${other.tools}`;
  return `${testsText(better)} take ${rounds} and ${testsText(other)}, with ${better.tools} tools each`;
}

/** Whether the model's environment beats the compiler's, in a sentence; null where only one of them was to write. */
export function contestText(view: Pick<RunView, "candidates" | "limits" | "synthesizer" | "status">): string | null {
  const contest = contestOf(view);
  if (contest === null || view.limits === null) return null;
  const { winner, model, compiler } = contest;
  if (model === null && compiler === null) return null;
  if (model === null)
    return view.status === "open"
      ? "The compiler's environment stands; the model has yet to finish its own."
      : "The compiler's environment stands: none of the model's was verified.";
  if (compiler === null) return "The model's environment stands: none of the compiler's was verified.";
  const rounds = `${view.limits.minRounds} to ${view.limits.maxRounds} rounds`;
  if (winner === "compiler")
    return `The model's environment does not beat the compiler's: ${figuresText(compiler.standing, model.standing, rounds)}.`;
  const how = winner === "model" ? "beats" : "is as good as";
  return `The model's environment ${how} the compiler's: ${figuresText(model.standing, compiler.standing, rounds)}.`;
}
