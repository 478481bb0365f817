import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { ImportError } from "./errors.ts";
import { upgradedEvent } from "./event-log.ts";
import { type EpisodeId, episodeIdSchema } from "./ids.ts";
import type { Player } from "./player.ts";
import { profileIdSchema } from "./profile.ts";
import { isUndone, type StoredTraceEvent, storedTraceEventSchema, TRACE_LOG, type TraceEvent } from "./trace-event.ts";

const SHARED_PROFILE = profileIdSchema.parse("shared");

/** That of its events. */
export const TRACE_VERSION = TRACE_LOG.version;

/** A whole episode as one value, for files and links. An event's number is its place. */
export const traceSchema = z
  .object({
    version: z.literal(TRACE_VERSION),
    id: episodeIdSchema,
    events: z.array(storedTraceEventSchema.pick({ at: true, event: true })).max(100_000),
  })
  .refine(({ events }) => events.every(({ event }, index) => (event.type === "episode-started") === (index === 0)) && events.length > 0, {
    message: "a trace begins with “episode-started”, once",
  });
export type Trace = z.infer<typeof traceSchema>;

export function traceOf(id: EpisodeId, events: readonly StoredTraceEvent[]): Trace {
  return { version: TRACE_VERSION, id, events: events.map(({ at, event }) => ({ at, event })) };
}

export function storedEventsOf({ id, events }: Trace): StoredTraceEvent[] {
  return events.map(({ at, event }, seq) => ({ traceId: id, seq, at, event }));
}

/** A trace of any version up to today's, as today's; whatever else it is stays as it is. @throws ImportError "newer-version" */
export function upgradedTrace(value: unknown): unknown {
  const { version, events }: { version?: unknown; events?: unknown } = Object(value);
  if (typeof version !== "number") return value;
  if (version > TRACE_VERSION) {
    throw new ImportError("newer-version", "The episode was made by a newer version of the playground.", {
      hint: "Reload the page to get the newest version.",
    });
  }
  if (version === TRACE_VERSION || TRACE_LOG.upgrades[version] === undefined || !Array.isArray(events)) return value;
  const upgraded = events.map((item: unknown) => ({ ...Object(item), event: upgradedEvent(TRACE_LOG, Object(item).event, version) }));
  return { ...Object(value), version: TRACE_VERSION, events: upgraded };
}

/** @throws ImportError "newer-version", "wrong-kind" */
export function parseTrace(value: unknown): Trace {
  const parsed = traceSchema.safeParse(upgradedTrace(value));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ImportError(
    "wrong-kind",
    `This is no trace: ${issue === undefined ? "wrong shape" : `${issue.path.join(".")}: ${issue.message}`}`,
  );
}

/** SHA-256 of an environment's source, in hex: what a trace was played on. */
export function sourceHashOf(source: string): string {
  return bytesToHex(sha256(utf8ToBytes(source)));
}

/** Without the address and the profile of whoever let a model play: what others may see of a trace. */
export function publicTrace(trace: Trace): Trace {
  const unnamed = (player: Player): Player =>
    player.kind === "model"
      ? { ...player, label: player.settings.model, profileId: SHARED_PROFILE, settings: { ...player.settings, baseUrl: "" } }
      : player;
  return {
    ...trace,
    events: trace.events.map(({ at, event }) => ({
      at,
      event: event.type === "episode-started" ? { ...event, player: unnamed(event.player) } : event,
    })),
  };
}

/** Without hidden states and thinking: what a link carries when the whole would be too long. */
export function slimTrace(trace: Trace): Trace {
  return {
    ...trace,
    events: trace.events.map(({ at, event }) => {
      if (event.type === "episode-started") return { at, event: { ...event, state: null } };
      if (event.type === "call-answered") return { at, event: { ...event, change: null } };
      if (event.type === "reply-received" || event.type === "reply-failed")
        return { at, event: { ...event, reply: { ...event.reply, reasoning: "" } } };
      return { at, event };
    }),
  };
}

/**
 * The first events of a trace that goes its own way after `steps` calls of another one. They are repeated, so the
 * branch stands on its own; whoever takes it up plays them again in a fresh environment.
 */
export function branchEvents(events: readonly StoredTraceEvent[], steps: number, player: Player, sample: number): TraceEvent[] {
  const branch: TraceEvent[] = [];
  let done = 0;
  for (const { traceId, at, event } of events) {
    if (event.type === "episode-started") branch.push({ ...event, player, sample, branch: { traceId, steps }, evaluationId: null });
    else if (done >= steps) break;
    else if (event.type === "reply-received" || event.type === "reply-failed") {
      branch.push({ ...event, reply: { ...event.reply, reusedFrom: event.reply.reusedFrom ?? at } });
    } else if (event.type === "call-answered") {
      branch.push(event);
      if (!isUndone(event)) done += 1;
    } else if (event.type === "turn-faulted") branch.push(event);
  }
  return branch;
}
