import { PANTRY, PANTRY_CONFIGS } from "./python.ts";
import type { TestFile } from "./browser-app.ts";

/** An honest environment as files that a person may import; quick to verify. */
export const PANTRY_ID = "pantry__PantryEnv";
export const PANTRY_FILE: TestFile = { name: `${PANTRY_ID}.py`, text: PANTRY };

/** Training instances (docs/formats.md section 4) of an environment, with nothing measured. */
export function instancesFile(name: string, configs: readonly string[], className = "PantryEnv", codeId = name): TestFile {
  const rows = configs.map((config, index) => ({
    ability: `codegym_v1@${codeId}__${className}@${config}`,
    code_id: codeId,
    data_source: "codegym_v1",
    prompt: [
      { role: "system", name: "functions", content: "" },
      { role: "user", name: "", content: "Question:\nFind the total weight of the jars labelled oats." },
    ],
    reward_model: { style: "agent_env", ground_truth: null },
    answer: "There is no answer",
    plugin_call_max_round: 256,
    extra_info: { index: String(index), solve_fc_round: null, of_the_maker: index },
  }));
  return { name: `${name}.jsonl`, text: rows.map((row) => `${JSON.stringify(row)}\n`).join("") };
}

export const PANTRY_INSTANCES = instancesFile("pantry", PANTRY_CONFIGS);
