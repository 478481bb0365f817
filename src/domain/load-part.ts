import { MissingPartError } from "./errors.ts";

/**
 * A part of the app that is fetched when it is first needed: `loadPart(() => import("./it.ts"))`. After a new release,
 * an open tab asks for files that are gone, or gets the app's page in their place.
 * @throws MissingPartError
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new MissingPartError("A part of the app could not be fetched.", { cause });
  }
}
