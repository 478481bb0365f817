import { readdirSync } from "node:fs";
import path from "node:path";

/** Paths of the files below a folder that end so, with "/" on every system. */
export function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")))
    .filter((name) => ending.test(name));
}
