import { readFile, writeFile } from "node:fs/promises";
import { errorData } from "@/domain";
import { UsageError } from "./arguments.ts";

/** @throws UsageError */
export async function readBytes(file: string, what: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError("usage", `${what} ${file} cannot be read (${errorData(error).message})`);
  }
}

/** `file` null: nobody asked for it. */
export async function writeJson(file: string | null, value: unknown): Promise<void> {
  if (file !== null) await writeFile(file, `${JSON.stringify(value, null, 1)}\n`);
}
