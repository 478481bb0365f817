import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import {
  CancelledError,
  errorData,
  isJudgedDoing,
  isModelFailure,
  ModelError,
  PlaygroundError,
  PythonError,
  SandboxError,
  type SandboxErrorCode,
  storedRunEventSchema,
} from "@/domain";
import type * as errors from "@/domain/errors.ts";
import { failureOf } from "@/verification";

const ROOT = join(import.meta.dirname, "../../../src");
const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

describe("names of errors", () => {
  // A minifier renames classes, and differently in each build: only a name that is written out is the same in all.
  it("are written out in every class, but for those that are a kind of another", () => {
    const classes = sources.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return [...text.matchAll(/class (\w+)(?:<[^>{]*>)? extends (?:Playground|Type|Range|Syntax)?Error\b/g)].map(
        ({ 1: name = "", index }) => {
          const body = text.slice(index, text.indexOf("\n}", index));
          return [name, new RegExp(`override readonly name\\b[^=]*= (?:"${name}"|[A-Z_]+);`).test(body)] as const;
        },
      );
    });
    expect(classes.length).toBeGreaterThan(10);
    expect(classes.filter(([, written]) => !written)).toEqual([]);
    for (const file of sources) expect(readFileSync(join(ROOT, file), "utf8"), file).not.toMatch(/new\.target\.name|constructor\.name/);
  });

  it("survive a class that was renamed", () => {
    class Xt extends ModelError {}
    expect(errorData(new Xt("timeout", "No answer.")).name).toBe("ModelError");
    expect(isModelFailure(errorData(new ModelError("unauthorized", "No.")))).toBe(true);
    expect(isModelFailure(errorData(new SandboxError("crashed", "It crashed.")))).toBe(false);
    expect(new PlaygroundError("odd", "x").name).toBe("PlaygroundError");
  });

  it("are the same in a minified build", async () => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, "domain/errors.ts")],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
    });
    const minified = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`)) as typeof errors;
    const thrown = [
      new minified.ModelError("timeout", "No answer."),
      new minified.SandboxError("crashed", "It crashed."),
      new minified.CancelledError(),
      new minified.StorageError("full", "No room."),
    ];
    expect(thrown.map((error) => error.constructor.name)).not.toContain("ModelError");
    expect(thrown.map((error) => minified.errorData(error).name)).toEqual(["ModelError", "SandboxError", "CancelledError", "StorageError"]);
    expect(isModelFailure(minified.errorData(thrown[0]))).toBe(true);
  });

  it("of earlier builds are still read", () => {
    const event = { type: "run-failed", error: { name: "Xt", code: "unauthorized", message: "No.", retryable: false } };
    expect(storedRunEventSchema.safeParse({ runId: "r", seq: 1, at: 1, event }).data?.event).toEqual(event);
  });
});

describe("who did it", () => {
  const judged: SandboxErrorCode[] = ["time-limit", "memory-limit", "crashed", "size-limit", "protocol-violation"];
  const host: SandboxErrorCode[] = ["boot-failed", "interpreter-lost", "closed"];

  it.each(judged)("%s is the judged code's doing, and a failure of it", (code) => {
    const error = new SandboxError(code, "x");
    expect(isJudgedDoing(error)).toBe(true);
    expect(failureOf(error).finding.message).toBe("x");
  });

  it.each(host)("%s is not, and no failure of anybody's", (code) => {
    const error = new SandboxError(code, "x");
    expect(isJudgedDoing(error)).toBe(false);
    expect(() => failureOf(error)).toThrow(error);
  });

  it("the same for what is no sandbox's", () => {
    expect(isJudgedDoing(new PythonError({ type: "E", message: "", line: null, traceback: "" }))).toBe(true);
    for (const error of [new CancelledError(), new ModelError("timeout", "x"), new Error("x"), null]) {
      expect(isJudgedDoing(error)).toBe(false);
      expect(() => failureOf(error)).toThrow();
    }
  });
});
