import {
  DEFAULT_EPISODE_LIMITS,
  environmentIdSchema,
  episodeIdSchema,
  type EvaluationPlan,
  type EvaluationView,
  evaluationView,
  type ModelPlayer,
  type Player,
  profileIdSchema,
  type TryResult,
} from "@/domain";

export const REFERENCE: Player = { kind: "reference-solver" };

export function modelNamed(model: string, protocol: ModelPlayer["protocol"] = "native"): ModelPlayer {
  const settings = {
    provider: "compatible",
    baseUrl: "https://models.example/v1",
    api: "chat",
    model,
    temperature: null,
    maxOutputTokens: null,
    effort: null,
  } as const;
  return { kind: "model", label: model, profileId: profileIdSchema.parse("p"), settings, protocol };
}

/** `tasks`: as many of the environment as it has reference rounds. */
export function planOver({
  tasks = [12],
  players = [REFERENCE],
  tries = 4,
  environment = "code__SumEnv",
  ...more
}: Partial<Omit<EvaluationPlan, "tasks">> & { tasks?: (number | null)[]; environment?: string } = {}): EvaluationPlan {
  return {
    title: "An evaluation",
    tasks: tasks.map((referenceRounds, index) => ({
      environmentId: environmentIdSchema.parse(environment),
      sourceHash: "hash",
      config: `{"n": ${index}}`,
      referenceRounds,
    })),
    players: [...players],
    tries,
    concurrency: 2,
    limits: DEFAULT_EPISODE_LIMITS,
    caps: { usd: null, tokens: null },
    ...more,
  };
}

export function tryResult(task: number, player: number, number: number, more: Partial<TryResult> = {}): TryResult {
  const traceId = episodeIdSchema.parse(`e-${task}-${player}-${number}`);
  return {
    task,
    player,
    try: number,
    traceId,
    why: "finished",
    reward: 1,
    rounds: 12,
    faults: {},
    tools: {},
    inputTokens: 0,
    outputTokens: 0,
    usd: 0,
    unknownCosts: 0,
    ms: 100,
    ...more,
  };
}

export function viewWith(plan: EvaluationPlan, results: readonly TryResult[]): EvaluationView {
  return evaluationView(
    [{ type: "evaluation-started", plan } as const, ...results.map((result) => ({ type: "try-ended", result }) as const)].map(
      (event, seq) => ({ seq, at: 1000 + seq, event }),
    ),
  );
}

/** Results of one player on one task: solved ones first. */
export function tries(task: number, player: number, solved: number, of: number, more: Partial<TryResult> = {}): TryResult[] {
  return Array.from({ length: of }, (_, number) => tryResult(task, player, number, { ...more, reward: number < solved ? 1 : 0 }));
}
