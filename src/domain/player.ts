import { z } from "zod";
import { callSettingsSchema } from "./chat-reply.ts";
import { assertNever } from "./errors.ts";
import { episodeIdSchema } from "./ids.ts";
import { profileIdSchema } from "./profile.ts";

/** How a model makes its calls: by its provider's own tool calling, or as text between markers (docs/formats.md section 4). */
const callProtocolSchema = z.enum(["native", "text"]);
export type CallProtocol = z.infer<typeof callProtocolSchema>;

/** Who plays. Everything that shapes the play is in here; no key ever. */
export const playerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person") }),
  z.object({ kind: z.literal("reference-solver") }),
  /** Calls tools with values by chance. The same seed and number of the try, the same calls. */
  z.object({ kind: z.literal("random"), seed: z.number().int() }),
  /** Tries every tool with the simplest values first, then with what it has seen. */
  z.object({ kind: z.literal("prober") }),
  z.object({
    kind: z.literal("model"),
    label: z.string(),
    /** Which of the visitor's profiles asks; a trace from elsewhere names one that is not here. */
    profileId: profileIdSchema,
    settings: callSettingsSchema,
    protocol: callProtocolSchema,
  }),
  /** Plays a trace again that was kept; `label` says whose it was. */
  z.object({ kind: z.literal("recorded"), label: z.string(), traceId: episodeIdSchema }),
]);
export type Player = z.infer<typeof playerSchema>;
export type ModelPlayer = Extract<Player, { kind: "model" }>;

export function playerName(player: Player): string {
  switch (player.kind) {
    case "person":
      return "You";
    case "reference-solver":
      return "Reference solver";
    case "random":
      return `Random caller (seed ${player.seed})`;
    case "prober":
      return "Breadth-first prober";
    case "model":
      return player.protocol === "text" ? `${player.label}, text protocol` : player.label;
    case "recorded":
      return `${player.label} (recorded)`;
    default:
      return assertNever(player);
  }
}

/** Scripted players cost nothing and do the same again, so nothing of theirs needs to be kept while they play. */
export function isScripted(player: Player): boolean {
  return player.kind !== "person" && player.kind !== "model";
}
