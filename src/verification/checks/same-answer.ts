import { passedTests, type QualityCheck } from "../gate.ts";

export const check: QualityCheck = {
  name: "same-answer",
  at: "tests",
  async run({ recorder }) {
    const answers = new Set(passedTests(recorder.seen()).map((test) => test.answer));
    return answers.size === 1 ? [{ message: "every configuration has the same answer: an agent could guess it", line: null }] : [];
  },
};
