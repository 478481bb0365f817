import { expect, test } from "vitest";
import { check } from "@/verification/checks/same-answer.ts";
import { work } from "../work-support.ts";

test("the same answer of every configuration that passed is remarked", async () => {
  expect(await check.run(work(["1", "1", null]))).toMatchObject([{ message: expect.stringContaining("could guess"), line: null }]);
  expect(await check.run(work(["1", "2", null]))).toEqual([]);
  expect(await check.run(work([]))).toEqual([]);
});
