import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END } from "@/domain";
import { readTurn } from "@/episodes";
import { TOOLS } from "./turns-support.ts";
import { turnReply } from "../../support/trace-events.ts";

describe("whatever a model writes", () => {
  const pieces = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          CALL_BEGIN,
          CALL_END,
          "[",
          "]",
          "{",
          "}",
          '"name"',
          ":",
          '"Look"',
          '"parameters"',
          ",",
          "\\",
          '"',
          "null",
          "-",
          "1e999",
        ),
      ),
    )
    .map((parts) => parts.join(""));

  it("comes to one action of JSON, or to a message", () => {
    fc.assert(
      fc.property(
        pieces,
        pieces,
        fc.constantFrom("stop", "length"),
        fc.constantFrom("native" as const, "text" as const),
        (said, args, finishReason, protocol) => {
          let parameters = null;
          try {
            parameters = JSON.parse(args);
          } catch {
            // Then it is malformed.
          }
          const object = typeof parameters === "object" && !Array.isArray(parameters) ? parameters : null;
          const turn = readTurn(
            turnReply({
              text: said,
              finishReason,
              toolCalls: said.length % 2 === 0 ? [] : [{ id: "", name: said, argumentsText: args, parameters: object }],
            }),
            protocol,
            TOOLS,
          );
          if (turn.kind === "none") expect(turn.answer).not.toBe("");
          else expect(JSON.parse(turn.action)).toMatchObject({ name: expect.any(String), parameters: expect.any(Object) });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
