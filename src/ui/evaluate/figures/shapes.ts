import {
  csvText,
  type EvaluationView,
  isSolved,
  playerScores,
  type PlayerScore,
  type TaskScore,
  taskScores,
  type TryResult,
  usdText,
} from "@/domain";
import { formatCount, formatTokens } from "../../text/index.ts";
import { environmentName, intervalText, percentText, playerNames, ratioText, taskNames } from "../texts.ts";

/** A row of a figure's own data: what is drawn, and what its table and its CSV file say. */
export type Row = Readonly<Record<string, string | number | null>>;

type FigureName = "success" | "rounds" | "tools" | "cost";

/** `players`: all of the plan, in its order; a player has the same colour in all figures. */
export type FigureData = { name: FigureName; title: string; note: string; players: readonly string[]; text: string } & (
  { rows: readonly []; lacks: string } | { rows: readonly Row[]; lacks: null }
);

type Source = {
  view: EvaluationView;
  players: readonly string[];
  tasks: readonly string[];
  scores: readonly PlayerScore[];
  byTask: readonly TaskScore[];
};

/** All figures of an evaluation. */
export function figuresOf(view: EvaluationView): FigureData[] {
  if (view.plan === null) return [];
  const source: Source = {
    view,
    players: playerNames(view.plan),
    tasks: taskNames(view.plan),
    scores: playerScores(view),
    byTask: taskScores(view),
  };
  return [successByTask(source), roundsOf(source), toolsOf(source), costOf(source)];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function figure(
  source: Source,
  name: FigureName,
  words: { title: string; note: string; text: string; lacks: string },
  rows: readonly Row[],
): FigureData {
  const { lacks, ...rest } = words;
  const common = { name, players: source.players, ...rest };
  return rows.length === 0 ? { ...common, text: lacks, rows: [], lacks } : { ...common, rows, lacks: null };
}

/** Tasks from the easiest to the hardest, by all players together. `place` counts from 1. */
function successByTask(source: Source): FigureData {
  const { byTask, tasks, players } = source;
  const rates = new Map<number, number[]>();
  for (const { task, rate } of byTask) if (rate !== null) rates.set(task, [...(rates.get(task) ?? []), rate]);
  const order = [...rates].toSorted((one, other) => mean(other[1]) - mean(one[1]) || one[0] - other[0]).map(([task]) => task);
  const places = new Map(order.map((task, index) => [task, index + 1]));
  const rows = byTask
    .map((score): Row & { place: number } => ({
      place: places.get(score.task) ?? 0,
      task: tasks[score.task] ?? "",
      player: players[score.player] ?? "",
      success: score.rate,
      low: score.interval?.low ?? null,
      high: score.interval?.high ?? null,
      solved: score.successes,
      tries: score.tries,
    }))
    .toSorted((one, other) => one.place - other.place);
  const sentences = source.scores.flatMap(({ player, tries }) => {
    const own = byTask.filter((score) => score.player === player);
    if (tries === 0) return [];
    const always = own.filter(({ rate }) => rate === 1).length;
    const never = own.filter(({ rate }) => rate === 0).length;
    return [`${players[player] ?? ""}: of ${formatCount(own.length, "task")}, ${always} solved in every try and ${never} in none.`];
  });
  return figure(
    source,
    "success",
    {
      title: "Success by task",
      note: "Share of tries that solved the task; tasks from the easiest to the hardest.",
      text: sentences.join(" "),
      lacks: "No try has ended yet.",
    },
    rows,
  );
}

/** One point for tries of a player that agree in all of it; `tries` counts them. */
function roundsOf(source: Source): FigureData {
  const { view, players } = source;
  const points = new Map<string, Row & { tries: number }>();
  for (const result of view.results.values()) {
    const reference = view.plan?.tasks[result.task]?.referenceRounds ?? null;
    if (reference === null) continue;
    const point = {
      player: players[result.player] ?? "",
      reference,
      rounds: result.rounds,
      outcome: isSolved(result) ? "solved" : "not solved",
    };
    const key = JSON.stringify(point);
    points.set(key, { ...point, tries: (points.get(key)?.tries ?? 0) + 1 });
  }
  const sentences = source.scores.flatMap(({ player, ratio }) =>
    ratio === null || view.plan?.players[player]?.kind === "reference-solver"
      ? []
      : [`${players[player] ?? ""} takes ${ratioText(ratio)} the reference solver's rounds where it solves a task.`],
  );
  return figure(
    source,
    "rounds",
    {
      title: "Rounds against the reference",
      note: "Each point: tries of a player with the same rounds. On the line: as many as the reference solver.",
      text:
        sentences.length === 0
          ? "Nobody but the reference solver has solved a task whose reference rounds are known."
          : sentences.join(" "),
      lacks: "No try of a task with known reference rounds has ended yet.",
    },
    [...points.values()],
  );
}

/** Calls of a tool for each try in its environment. */
function toolsOf(source: Source): FigureData {
  const { view, players } = source;
  const environmentOf = ({ task }: TryResult): string => view.plan?.tasks[task]?.environmentId ?? "";
  const several = new Set(view.plan?.tasks.map(({ environmentId }) => environmentId)).size > 1;
  const tries = new Map<string, number>();
  const calls = new Map<string, { environment: string; tool: string; player: number; calls: number }>();
  for (const result of view.results.values()) {
    const environment = environmentOf(result);
    const group = JSON.stringify([environment, result.player]);
    tries.set(group, (tries.get(group) ?? 0) + 1);
    for (const [tool, count] of Object.entries(result.tools)) {
      const key = JSON.stringify([environment, tool, result.player]);
      const sum = calls.get(key)?.calls ?? 0;
      calls.set(key, { environment, tool, player: result.player, calls: sum + count });
    }
  }
  const rows = [...calls.values()]
    .map(({ environment, tool, player, calls: count }): Row & { calls: number; perTry: number } => {
      const all = tries.get(JSON.stringify([environment, player])) ?? 1;
      return {
        tool: several ? `${tool} · ${environmentName(environment)}` : tool,
        player: players[player] ?? "",
        calls: count,
        tries: all,
        perTry: count / all,
      };
    })
    .toSorted((one, other) => other.calls - one.calls);
  const [most] = rows;
  return figure(
    source,
    "tools",
    {
      title: "Tool usage",
      note: "Calls of a tool for each try, the most used ones first.",
      text:
        most === undefined
          ? ""
          : `Called most: ${String(most["tool"])} by ${String(most["player"])}, ${formatCount(most.calls, "time")}, ${most.perTry.toFixed(1)} times in a try.`,
      lacks: "No tool was called yet.",
    },
    rows,
  );
}

/** In dollars where all costs are known, in tokens where not. Nothing to show while nothing costs anything. */
function costOf(source: Source): FigureData {
  const { scores, players } = source;
  const played = scores.filter(({ tries }) => tries > 0);
  const inDollars = played.some(({ usd }) => usd > 0) && played.every(({ unknownCosts }) => unknownCosts === 0);
  const inTokens = played.some(({ inputTokens, outputTokens }) => inputTokens + outputTokens > 0);
  const rows =
    !inDollars && !inTokens
      ? []
      : played.map(({ player, tries, rate, interval, usd, inputTokens, outputTokens }): Row & { cost: number } => ({
          player: players[player] ?? "",
          unit: inDollars ? "USD" : "tokens",
          cost: (inDollars ? usd : inputTokens + outputTokens) / tries,
          success: rate,
          low: interval?.low ?? null,
          high: interval?.high ?? null,
          tries,
        }));
  const costText = (value: number): string => (inDollars ? usdText(value) : `${formatTokens(value)} tokens`);
  const sentences = played.map(
    ({ player, rate, interval }, index) =>
      `${players[player] ?? ""}: ${percentText(rate)} (${intervalText(interval)}) at ${costText(rows[index]?.cost ?? 0)} a try.`,
  );
  return figure(
    source,
    "cost",
    {
      title: "Cost against success",
      note: inDollars ? "US dollars for each try." : "Tokens for each try, in and out.",
      text: sentences.join(" "),
      lacks: "Nothing to show: these players cost nothing.",
    },
    rows,
  );
}

/** Columns as in the first row. */
export function csvOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return csvText([columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))]);
}
