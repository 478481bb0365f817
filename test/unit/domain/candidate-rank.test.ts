import { describe, expect, it } from "vitest";
import { type CandidateView, contestOf, DEFAULT_LIMITS, emptyRunView, rankVerified, type RunView } from "@/domain";
import { contestText } from "../../../src/ui/pipeline/contest-text.ts";

type Play = { rounds: number[]; tools: number; variant?: number | null; status?: CandidateView["status"] };

function candidate(number: number, { rounds, tools, variant = null, status = "verified" }: Play): CandidateView {
  return {
    candidate: number,
    repairOf: null,
    className: `Env${number}`,
    taskText: "",
    source: "",
    compact: null,
    variant,
    tools: Array.from({ length: tools }, (_, index) => ({
      name: `Tool${index}`,
      signature: "",
      summary: "",
      parameters: [],
      returns: "",
      docstring: "",
      line: 1,
    })),
    configs: [],
    proposed: [],
    proposalFindings: [],
    gates: [],
    tests: [],
    solvers: [{ solver: 1, sample: 0, attempt: 0, source: "", findings: [], solvedAll: true, proven: true }],
    // A solver that failed has cells too: they say nothing of how the environment plays.
    cells: new Map([
      ["0:0", { solver: 0, test: 0, verdict: "solved", rounds: 50, reward: 1, ms: 1 }],
      ...rounds.map((count, test) => [`1:${test}`, { solver: 1, test, verdict: "solved", rounds: count, reward: 1, ms: 1 }] as const),
    ]),
    status,
    environmentId: null,
    report: null,
  };
}

function view(synthesizer: RunView["synthesizer"], ...plays: Play[]): RunView {
  return { ...emptyRunView(), limits: DEFAULT_LIMITS, synthesizer, candidates: plays.map((play, number) => candidate(number, play)) };
}

const order = (run: RunView): number[] => rankVerified(run).map((item) => item.candidate.candidate);

describe("the verified candidates of a run", () => {
  it("come by the share of tests in the window, then by their tools, then as they came", () => {
    const half = { rounds: [5, 20], tools: 9 };
    const all = { rounds: [10, 256], tools: 4 };
    const more = { rounds: [11, 12, 13], tools: 6 };
    expect(order(view("model", half, all, more, all))).toEqual([2, 1, 3, 0]);
  });

  it("are counted by the proven solver's tests alone, and others are left out", () => {
    const [only, ...rest] = rankVerified(view("model", { rounds: [9, 10, 257], tools: 3 }, { rounds: [20], tools: 9, status: "rejected" }));
    expect(only?.standing).toEqual({ tests: 3, inWindow: 1, tools: 3 });
    expect(rest).toEqual([]);
  });
});

describe("the model against the compiler", () => {
  const compiled = (rounds: number[], tools: number): Play => ({ rounds, tools, variant: 0 });

  it("is told with the figures that decided", () => {
    const better = view("both", compiled([5, 20], 5), { rounds: [20, 30], tools: 4 });
    expect(contestOf(better)?.winner).toBe("model");
    expect(contestText(better)).toBe(
      "The model's environment beats the compiler's: 2 of 2 tests take 10 to 256 rounds against 1 of 2 tests.",
    );
    const fewer = view("both", compiled([20], 5), { rounds: [20], tools: 4 });
    expect(contestOf(fewer)?.winner).toBe("compiler");
    expect(contestText(fewer)).toContain(
      "does not beat the compiler's: the same share of tests takes 10 to 256 rounds, with 5 tools against 4.",
    );
    expect(contestText(view("both", compiled([20], 5), { rounds: [20], tools: 5 }))).toContain("is as good as");
  });

  it("is none where only one of them wrote, and waits for the model", () => {
    expect(contestText(view("compiler", compiled([20], 5)))).toBeNull();
    expect(contestText(view("both", compiled([20], 5)))).toContain("the model has yet to finish");
    expect(
      contestText({ ...view("both", compiled([20], 5), { rounds: [20], tools: 9, status: "rejected" }), status: "verified" }),
    ).toContain("none of the model's was verified");
  });
});
