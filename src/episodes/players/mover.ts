import type { FaultKind, TraceEvent, TraceView } from "@/domain";

export type PlannedCall = { action: string; callId: string | null; faults: FaultKind[] };

/** "calls": to be made in this order, as far as the episode goes. "none": the turn is over, the events say why. */
export type Move = { type: "calls"; calls: readonly PlannedCall[] } | { type: "none" } | { type: "give-up" };

export type MoveContext = {
  /** What has happened so far: all that a player knows. */
  view: TraceView;
  /** Stores what the player itself brought, before its call is made. @throws StorageError */
  emit(...events: TraceEvent[]): Promise<void>;
  signal: AbortSignal;
};

/** One who plays. @throws from `move`: ModelError, SandboxError, CancelledError, PlaygroundError; the episode halts */
export interface Mover {
  move(context: MoveContext): Promise<Move>;
}

/** Calls in which nothing is wrong, from a player that knows what it does. */
export function plainCalls(actions: readonly string[]): Move {
  return { type: "calls", calls: actions.map((action) => ({ action, callId: null, faults: [] })) };
}
