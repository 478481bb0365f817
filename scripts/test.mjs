/**
 * `npm test`: installs what is missing, finds or gets a browser, then type check, formatter, linter, what nobody uses, pure tests,
 * real Python in WebAssembly (the compiler's in plain CPython too, where python3 and pytest are there), and the built app in the
 * browser. Its last line is `N passed, N failed`.
 *
 *     npm test -- --shuffle SEED       test files in the random order of that seed: none may need another's leftovers
 *     npm test -- --without-browser    all but the last ring, for a second version of Node
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { ensureInstalled, ROOT, run } from "./install.mjs";

const { shuffle, "without-browser": withoutBrowser } = parseArgs({
  options: { shuffle: { type: "string" }, "without-browser": { type: "boolean", default: false } },
}).values;
const order = shuffle === undefined ? [] : ["--sequence.shuffle.files", `--sequence.seed=${shuffle}`];

ensureInstalled();
const { findBrowser } = await import("./browser.mjs");
const browser = withoutBrowser ? null : findBrowser();
const results = path.join(ROOT, ".cache/test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const total = { passed: 0, failed: 0 };

function step(name, work) {
  console.log(`\n— ${name}`);
  if (work() === 0) total.passed++;
  else {
    total.failed++;
    console.log(`${name} failed`);
  }
}

function suite(name, projects, env = {}) {
  console.log(`\n— ${name}`);
  const file = path.join(results, `${projects.join("-")}.json`);
  const args = [
    "vitest",
    "run",
    ...order,
    ...projects.map((project) => `--project=${project}`),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ];
  const status = run("npx", args, { env: { ...process.env, ...env } });
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    const broken = report.testResults.filter((result) => result.status === "failed" && result.assertionResults.length === 0).length;
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + broken;
    if (status !== 0 && report.numFailedTests + broken === 0) total.failed++;
  } catch {
    total.failed++;
  }
}

/** python3, if it is 3.11 or later and has pytest. With hypothesis, properties get examples made small; else fixed seeds. */
function hasPytest() {
  const found = spawnSync("python3", ["-c", "import sys, pytest; sys.exit(sys.version_info < (3, 11))"], { stdio: "ignore" });
  return found.status === 0;
}

step("Type check", () => run("npx", ["tsc", "--noEmit"]));
step("Formatter", () => run("node", ["scripts/format.mjs", "--check"]));
step("Linter", () => run("npx", ["oxlint", "--deny-warnings"]));
step("Unused exports, files and dependencies", () => run("npx", ["knip"]));
step("Build", build);
if (hasPytest()) step("The compiler in plain CPython", () => run("python3", ["-m", "pytest", "-q", "test/compiler"]));
else
  console.log(
    "\n— The compiler in plain CPython: skipped, since there is no python3 of 3.11 or later with pytest (it runs in WebAssembly below)",
  );
suite("Pure functions, and real Python in WebAssembly", ["unit", "python"]);
if (browser !== null) suite("The built app in a browser", ["browser"], { CHROME_PATH: browser });

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
