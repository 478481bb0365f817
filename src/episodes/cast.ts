import {
  assertNever,
  type ChatModel,
  type EpisodeLimits,
  type ModelPlayer,
  nativeCallObstacle,
  type Player,
  PlaygroundError,
  type PythonSandbox,
  type Trace,
} from "@/domain";
import { createModelPlayer, type Watch } from "./players/model.ts";
import type { Mover } from "./players/mover.ts";
import { createRecordedPlayer } from "./players/recorded.ts";
import { createReferencePlayer } from "./players/reference.ts";
import { createProber, createRandomPlayer } from "./players/scripted.ts";
import type { PlayableEnvironment } from "./stage.ts";

/** Where players come from that need more than the environment. */
export type CastPorts = {
  sandbox: PythonSandbox;
  /** With the ledger before it. */
  chat(player: ModelPlayer): ChatModel;
  /** Null when it is not here. @throws StorageError */
  recorded(player: Extract<Player, { kind: "recorded" }>): Promise<Trace | null>;
};

/** A player's part cannot be played here. */
class CastError extends PlaygroundError<"no-recording" | "no-native-calls"> {
  override readonly name = "CastError";
}

/** Whoever plays this player's part; null for a person. @throws CastError, StorageError */
export async function castPlayer(
  player: Player,
  part: { environment: PlayableEnvironment; config: string; limits: EpisodeLimits; sample: number; watch?: Watch },
  ports: CastPorts,
): Promise<Mover | null> {
  const { environment, config, limits, sample, watch } = part;
  switch (player.kind) {
    case "person":
      return null;
    case "reference-solver":
      return createReferencePlayer(ports.sandbox, environment, config, limits.stepMs);
    case "random":
      return createRandomPlayer(environment, player.seed, sample);
    case "prober":
      return createProber(environment);
    case "model": {
      const obstacle = player.protocol === "native" ? nativeCallObstacle(environment.tools) : null;
      if (obstacle !== null) throw new CastError("no-native-calls", obstacle, { hint: "Choose the text protocol for this player." });
      return createModelPlayer({ chat: ports.chat(player), environment, protocol: player.protocol, sample, watch });
    }
    case "recorded": {
      const trace = await ports.recorded(player);
      if (trace === null)
        throw new CastError("no-recording", "The recorded episode is not here any more.", { hint: "Choose another player." });
      return createRecordedPlayer(trace);
    }
    default:
      return assertNever(player);
  }
}
