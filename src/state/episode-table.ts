import type { EpisodeId, ErrorData, Player, TraceView } from "@/domain";
import type { EpisodeControl, Mover } from "@/episodes";
import type { LiveTurn, OpenEpisode } from "./play-types.ts";

/** An episode that this tab plays or shows. */
export type Table = {
  id: EpisodeId;
  view: TraceView;
  control: EpisodeControl;
  /** Ends the playing; null when this tab does not play it. */
  abort: AbortController | null;
  /** The environment stands where the events end. */
  begun: boolean;
  /** The player thinks about its move. */
  moving: boolean;
  /** A call by hand is under way. */
  calling: boolean;
  /** Goes on at once when it was stopped. */
  again: boolean;
  shown: boolean;
  elsewhere: boolean;
  live: LiveTurn | null;
  error: ErrorData | null;
};

function phaseOf({ abort, begun, moving, calling, view, control }: Table): OpenEpisode["phase"] {
  if (abort === null) return "idle";
  if (!begun) return "starting";
  if (view.control === "person") return calling ? "calling" : "yours";
  return control.paused && !moving ? "paused" : "playing";
}

/** A copy that shares nothing an event changes in place, so that a selector sees what changed. */
export function openEpisodeOf(table: Table): OpenEpisode {
  const { id, view, control, live, elsewhere, error } = table;
  const phase = phaseOf(table);
  return {
    id,
    view: { ...view, entries: [...view.entries], calls: [...view.calls], faults: { ...view.faults } },
    phase,
    pausing: phase === "playing" && control.paused,
    live,
    elsewhere: elsewhere && phase === "idle",
    error,
  };
}

/** The mover, with its table told when it has the move. */
export function watchedMover(table: Table, mover: Mover, player: Player, onChange: () => void): Mover {
  return {
    async move(context) {
      table.moving = true;
      if (player.kind === "model") table.live = { text: "", reasoning: "", waiting: null };
      onChange();
      try {
        return await mover.move(context);
      } finally {
        table.moving = false;
        onChange();
      }
    },
  };
}
