import type { ConnectionCause, ProviderId } from "@/domain";
import { causesBefore, causesOfSilence } from "./causes.ts";
import { type Asking, browserWorld, factsAfterAsking, factsBefore, type World } from "./facts.ts";

/** What stands in the way for certain, before anything is sent; empty when nothing is known to. */
export async function certainObstacles(base: string, provider: ProviderId, world: World = browserWorld()): Promise<ConnectionCause[]> {
  return causesBefore(await factsBefore(base, provider, world));
}

/** Why no answer came, likeliest first; never empty. Takes up to 3 s where it has to ask. */
export async function whyUnreachable(
  base: string,
  provider: ProviderId,
  asking: Asking,
  world: World = browserWorld(),
): Promise<ConnectionCause[]> {
  const before = await factsBefore(base, provider, world);
  const obstacles = causesBefore(before);
  return obstacles.length > 0 ? obstacles : causesOfSilence(await factsAfterAsking(before, asking, world));
}
