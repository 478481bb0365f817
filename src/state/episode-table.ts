import type { ErrorData, Player, StoredTraceEvent, TraceView } from "@/domain";
import { EpisodeControl, type Mover } from "@/episodes";
import type { ShownJob } from "@/jobs";
import type { LiveTurn, OpenEpisode } from "./play-types.ts";

/** What this tab knows of an episode beside its log. */
export type Table = {
  control: EpisodeControl;
  /** The environment stands where the events end. */
  begun: boolean;
  /** The player thinks about its move. */
  moving: boolean;
  /** A call by hand is under way. */
  calling: boolean;
  /** Resumes at once when it was stopped. */
  again: boolean;
  live: LiveTurn | null;
  error: ErrorData | null;
};

const AT_REST = { begun: false, moving: false, calling: false, live: null };
export const newTable = (): Table => ({ ...AT_REST, control: new EpisodeControl(), again: false, error: null });
export const layToRest = (table: Table): Table => Object.assign(table, AT_REST);

/** What was played in this tab is in the log now. */
export function notePlayed(table: Table, { event: { type } }: StoredTraceEvent): void {
  if (type === "episode-started" || type === "episode-resumed") table.begun = true;
  else if (type !== "control-changed") table.live = null;
  if (type === "call-answered") table.calling = false;
}

function phaseOf({ begun, moving, calling, again, control }: Table, { view, driven }: ShownJob<TraceView>): OpenEpisode["phase"] {
  // Between two sittings: whoever types a call must not lose the form for that moment.
  if (!driven) return again ? "starting" : "idle";
  if (!begun) return "starting";
  if (view.control === "person") return calling ? "calling" : "yours";
  return control.paused && !moving ? "paused" : "playing";
}

export function openEpisodeOf(id: OpenEpisode["id"], table: Table, job: ShownJob<TraceView>): OpenEpisode {
  const { control, live, error } = table;
  const { view, elsewhere } = job;
  const phase = phaseOf(table, job);
  return { id, view, phase, pausing: phase === "playing" && control.paused, live, elsewhere, error };
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
