import { type Limits, type ModelRequest, type Problem, type PromptEdits, type ReplyForm, type Role, type Tool, toolDocs } from "@/domain";
import { type PromptValues, type RenderedPrompt, renderPrompt } from "./prompts.ts";
import { renderRepair, type RepairInput } from "./repair.ts";

type Common = { problem: Problem; limits: Limits; edits?: PromptEdits | undefined; sample: number };

function requestOf(role: Role, { problem, sample }: Common, prompt: RenderedPrompt): ModelRequest {
  return { problemId: problem.id, role, sample, attempt: 0, ...prompt };
}

/** `form`: how the reply is asked for. A reply of the other form is read all the same. */
export function designerRequest(input: Common & { form: ReplyForm }): ModelRequest {
  const values: PromptValues<"designer"> = {
    statement: input.problem.statement.trim(),
    solution: input.problem.solution.trim(),
    answer_chars: input.limits.answerChars,
    min_rounds: input.limits.minRounds,
    max_rounds: input.limits.maxRounds,
  };
  return requestOf("designer", input, renderPrompt("designer", values, { edits: input.edits, form: input.form }));
}

export function testerRequest(input: Common & { taskText: string; source: string; className: string }): ModelRequest {
  const values: PromptValues<"tester"> = {
    task: input.taskText.trim(),
    environment: input.source.trim(),
    class_name: input.className,
    count: input.limits.testsPerReply,
    sample_number: input.sample + 1,
    sample_count: input.limits.testerReplies,
    answer_chars: input.limits.answerChars,
    min_rounds: input.limits.minRounds,
    max_rounds: input.limits.maxRounds,
  };
  return requestOf("tester", input, renderPrompt("tester", values, input));
}

export function solverRequest(input: Common & { taskText: string; tools: readonly Tool[]; className: string }): ModelRequest {
  const values: PromptValues<"solver"> = {
    task: input.taskText.trim(),
    tools: toolDocs(input.tools).trim(),
    class_name: input.className,
    max_rounds: input.limits.maxRounds,
  };
  return requestOf("solver", input, renderPrompt("solver", values, input));
}

/**
 * Asks for a corrected reply. `first` is the request of attempt 0, also when a repair is repaired, so that
 * requests do not grow with each attempt; `attempt` is the number of the new one.
 */
export function repairRequest(first: ModelRequest, input: Omit<RepairInput, "original"> & { attempt: number }): ModelRequest {
  const prompt = renderRepair(first.role, { ...input, original: first });
  return { ...first, ...prompt, attempt: input.attempt };
}
