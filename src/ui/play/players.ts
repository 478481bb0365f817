import {
  type CallProtocol,
  type EpisodeId,
  type ModelPlayer,
  type ModelProfile,
  nativeCallObstacle,
  type Player,
  playerName,
  type ProfileId,
  type Tool,
} from "@/domain";
import type { EpisodeSummary, KeyStatus } from "@/state";
import { lackOf } from "../text/index.ts";

type PlayerChoice = { value: string; label: string; disabled: boolean };
export type PlayerGroup = { group: string; items: PlayerChoice[] };

const PROTOCOL_LABEL: Record<CallProtocol, string> = { native: "tool calling", text: "text protocol" };

export type ChoicesInput = {
  profiles: readonly ModelProfile[];
  keys: Readonly<Record<string, KeyStatus>>;
  tools: readonly Pick<Tool, "name" | "parameters">[];
  /** Episodes of models that can be played again, with the name of their task. */
  recorded: readonly { episode: EpisodeSummary; task: string }[];
};

/** Whether any model could play as things are. */
export function hasModel({ profiles, keys }: Pick<ChoicesInput, "profiles" | "keys">): boolean {
  return profiles.some((profile) => lackOf(profile, keys[profile.id] ?? "none") === null);
}

/** Episodes of models that can be played again: theirs alone are worth it. */
export function recordings(episodes: readonly EpisodeSummary[]): EpisodeSummary[] {
  return episodes.filter(({ player, status, branchOf }) => player.kind === "model" && status === "ended" && branchOf === null).slice(0, 12);
}

export function playerGroups({ profiles, keys, tools, recorded }: ChoicesInput): PlayerGroup[] {
  const obstacle = nativeCallObstacle(tools);
  const models = profiles.flatMap((profile) => {
    const lack = lackOf(profile, keys[profile.id] ?? "none");
    return (["native", "text"] as const).map((protocol): PlayerChoice => {
      const why = lack !== null ? ` (lacks ${lack})` : protocol === "native" && obstacle !== null ? " (not with these tools)" : "";
      return { value: `${protocol}:${profile.id}`, label: `${profile.name}, ${PROTOCOL_LABEL[protocol]}${why}`, disabled: why !== "" };
    });
  });
  const again = recorded.map(({ episode: { id, player, reward, rounds }, task }): PlayerChoice => {
    return {
      value: `recorded:${id}`,
      label: `${playerName(player)} (recorded: ${task}, ${rounds} rounds, reward ${reward})`,
      disabled: false,
    };
  });
  const groups: PlayerGroup[] = [
    { group: "By hand", items: [{ value: "person", label: "You", disabled: false }] },
    {
      group: "Without a model",
      items: [
        { value: "reference-solver", label: "Reference solver", disabled: false },
        { value: "random", label: "Random caller", disabled: false },
        { value: "prober", label: "Breadth-first prober", disabled: false },
      ],
    },
    { group: "Models", items: models },
    { group: "Recorded episodes", items: again },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

export type PlayerMaker = {
  modelPlayer(profileId: ProfileId, protocol: CallProtocol): ModelPlayer;
  episodes: readonly EpisodeSummary[];
  seed: number;
};

/** The player that a choice stands for. @throws PlaygroundError "no-profile" */
export function playerOf(value: string, { modelPlayer, episodes, seed }: PlayerMaker): Player {
  if (value === "reference-solver" || value === "prober") return { kind: value };
  if (value === "random") return { kind: "random", seed };
  const [kind = "", ...rest] = value.split(":");
  const id = rest.join(":");
  if (kind === "native" || kind === "text") return modelPlayer(id as ProfileId, kind);
  const recorded = kind === "recorded" ? episodes.find((episode) => episode.id === id) : undefined;
  if (recorded !== undefined) return { kind: "recorded", label: playerName(recorded.player), traceId: id as EpisodeId };
  return { kind: "person" };
}
