import { distance } from "fastest-levenshtein";

const MOST = 5;
/** A name this short is a part of many others by chance. */
const SHORTEST_PART = 3;

/** The part after the last slash: the same model has its maker's name before it in one list, and not in the other. */
const lastPart = (id: string) => id.slice(id.lastIndexOf("/") + 1);

const contains = (name: string, part: string) => part.length >= SHORTEST_PART && name.includes(part);

/** Up to five of the names that are most like the one that was asked for, the nearest first; upper and lower case are the same. */
export function nearestNames(wanted: string, ids: readonly string[]): string[] {
  const asked = wanted.trim().toLowerCase();
  if (asked === "") return [];
  const rated = [...new Set(ids)].map((id) => {
    const name = id.toLowerCase();
    const steps = Math.min(distance(asked, name), distance(lastPart(asked), lastPart(name)));
    const within = contains(name, lastPart(asked)) || contains(asked, lastPart(name));
    return { id, score: within ? steps / 3 : steps, near: within || steps <= Math.max(2, asked.length / 3) };
  });
  return rated
    .filter(({ near }) => near)
    .sort((one, other) => one.score - other.score || one.id.localeCompare(other.id))
    .slice(0, MOST)
    .map(({ id }) => id);
}
