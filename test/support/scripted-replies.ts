import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promptText, type RecordedRequest } from "./model-server.ts";

const folder = fileURLToPath(new URL("../fixtures/real-problems/", import.meta.url));

/** Real problem → the function by which its solution is known in the designer's prompt. */
const FUNCTIONS = {
  Code_Contests_8030_I: "track_revenue",
  Code_Contests_4899_I: "min_balanced_segments",
  Code_Contests_6236_I: "num_blocks",
  Code_Contests_16897_I: "count_mountain_peaks",
  Code_Contests_37519_I: "can_partition",
} as const;

export type RealProblemId = keyof typeof FUNCTIONS;
export const REAL_PROBLEM_IDS = Object.keys(FUNCTIONS) as RealProblemId[];

/** What the scripted model does wrong before it does it right; where nothing stands, the first solver wins. */
export const PLANNED_FAULTS: Record<RealProblemId, "repair" | "wrong-solver" | "solver-breaks-contract" | null> = {
  Code_Contests_8030_I: "wrong-solver",
  Code_Contests_4899_I: "repair",
  Code_Contests_6236_I: "wrong-solver",
  Code_Contests_16897_I: "solver-breaks-contract",
  Code_Contests_37519_I: null,
};

const reply = (id: RealProblemId, name: string): string => readFileSync(`${folder}${id}/${name}.md`, "utf8");

/** A compact reply where the prompt asks for one and there is one; a whole file is as good an answer to that prompt. */
function designerReply(id: RealProblemId, request: RecordedRequest, repair: boolean): string {
  const compact = promptText(request, "system").includes("You write only what is particular to the problem");
  return reply(
    id,
    repair ? "designer-repair" : compact && existsSync(`${folder}${id}/designer.compact.md`) ? "designer.compact" : "designer",
  );
}

/** All of a problem's designer replies have the same task text; it stands in each later prompt. */
function taskOf(id: RealProblemId): string {
  const task = /<task>\n([\s\S]+?)\n<\/task>/.exec(reply(id, "designer"))?.[1];
  if (task === undefined) throw new Error(`designer.md of ${id} has no task`);
  return task.trim();
}

export type AskedFor = { problem: RealProblemId; role: "designer" | "tester" | "solver"; repair: boolean };

const tasks = REAL_PROBLEM_IDS.map((id) => [id, taskOf(id)] as const);

/** What a request with the built-in prompts asks for. @throws Error for any other request */
export function askedFor(request: RecordedRequest): AskedFor {
  const system = promptText(request, "system");
  const user = promptText(request, "user");
  const repair = user.includes("<previous_reply>");
  if (system.startsWith("You turn a coding problem")) {
    const problem = REAL_PROBLEM_IDS.find((id) => user.includes(`def ${FUNCTIONS[id]}(`));
    if (problem !== undefined) return { problem, role: "designer", repair };
  }
  const problem = tasks.find(([, task]) => user.includes(task))?.[0];
  if (problem !== undefined && system.startsWith("You write test configurations")) return { problem, role: "tester", repair };
  if (problem !== undefined && system.startsWith("You write a Python function")) return { problem, role: "solver", repair };
  throw new Error(`no scripted reply for this request: ${system.slice(0, 60)} … ${user.slice(0, 200)}`);
}

/**
 * A model that knows the five real problems, as `respond` of the model server. Solver requests of one run are all
 * alike, so replies are given in the order in which they arrive (`solver-0`, then `solver-1` for ever): with
 * several under way at once, which sample gets the faulty one is open. A new designer request starts anew.
 */
export function replyForRealProblems(): (request: RecordedRequest) => string {
  const solvers = new Map<RealProblemId, number>();
  return (request) => {
    const { problem, role, repair } = askedFor(request);
    switch (role) {
      case "designer":
        solvers.set(problem, 0);
        return designerReply(problem, request, repair);
      case "tester":
        return reply(problem, promptText(request, "user").includes("This is set 1 of") ? "tester-0" : "tester-1");
      case "solver": {
        const count = solvers.get(problem) ?? 0;
        solvers.set(problem, count + 1);
        return reply(problem, count === 0 && !repair ? "solver-0" : "solver-1");
      }
    }
  };
}
