/**
 * `node scripts/reply-tokens.mjs`: how many tokens the bundled problems' designer replies have in the compact form,
 * compared with the full one (reply_tokens_ratio of `npm run bench`). Counted with o200k_base.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { ROOT } from "./install.mjs";

const RECORDINGS = path.join(ROOT, "src/llm/recordings");

/** @returns {{ ratio: number, compact: number, full: number, problems: Record<string, { compact: number, full: number, ratio: number }> }} */
export function replyTokens() {
  const problems = {};
  const sum = { compact: 0, full: 0 };
  for (const problem of readdirSync(RECORDINGS).toSorted()) {
    const count = { compact: 0, full: 0 };
    const folder = path.join(RECORDINGS, problem);
    for (const name of readdirSync(folder)) {
      if (!/^designer-.*\.md$/.test(name)) continue;
      count[name.endsWith(".compact.md") ? "compact" : "full"] += countTokens(readFileSync(path.join(folder, name), "utf8"));
    }
    problems[problem] = { ...count, ratio: Number((count.compact / count.full).toFixed(3)) };
    sum.compact += count.compact;
    sum.full += count.full;
  }
  return { ratio: Number((sum.compact / sum.full).toFixed(3)), ...sum, problems };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { ratio, compact, full, problems } = replyTokens();
  for (const [name, item] of Object.entries(problems))
    console.log(`${name.padEnd(18)} ${String(item.compact).padStart(6)} of ${String(item.full).padStart(6)}  ${item.ratio}`);
  console.log(`reply_tokens_ratio ${String(compact).padStart(6)} of ${String(full).padStart(6)}  ${ratio}  aim ≤ 0.5`);
}
