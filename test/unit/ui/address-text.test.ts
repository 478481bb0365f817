import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnvironmentId, ProblemId } from "@/domain";
import { decodePart, encodePart, forRouter, queryValue } from "../../../src/ui/text/address-text.ts";
import { paths } from "../../../src/ui/text/links.ts";

/** Any UTF-16 text, halves of surrogate pairs among it. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0xd800, 0xdfff, 0xdc00, 0x25, 0x2f, 0x3f, 0x23, 0x0a)))
  .map((codes) => String.fromCharCode(...codes));
/** What the router does with the path and the query that it is given. */
const throughRouter = (text: string): string => decodeURI(text);

describe("ids in addresses", () => {
  it("come out as they went in, whatever they hold", () => {
    fc.assert(
      fc.property(anyText, (id) => {
        const part = encodePart(id);
        expect(part).toMatch(/^[A-Za-z0-9\-_.!~*'()%]*$/);
        expect(decodePart(part)).toBe(id);
        const [path] = paths.problem(id as ProblemId).split("?");
        expect(throughRouter(forRouter(decodePart(path ?? "")))).toBe(`/problems/${id}`);
        const { 1: search = "" } = paths.playEnvironment("e" as EnvironmentId, { own: id, watch: true }).split("?");
        expect(queryValue(throughRouter(forRouter(search)), "own")).toBe(id);
      }),
      { numRuns: 1000 },
    );
  });

  it("are the same as before where they were well-formed", () => {
    expect(paths.problem("a b/ü~%" as ProblemId)).toBe("/problems/a%20b%2F%C3%BC~%25");
    expect(queryValue("from=a+b&own=1", "from")).toBe("a b");
    expect(queryValue("from=a", "own")).toBeNull();
  });

  it("that are broken stay as they are", () => {
    expect(decodePart("%E0%A4%A")).toBe("%E0%A4%A");
  });
});
