import type { Browser, Frame, Page } from "playwright-core";
import { expect } from "vitest";
import type { Environment, Finding } from "@/domain";
import { importFiles, readDatabase, RUN_MS, SLOW_MS, type TestFile, visit } from "./browser-app.ts";
import { PANTRY, PANTRY_CONFIGS, swap } from "./python.ts";

/** Builds environments that a person may be handed, verifies them in the app, and reaches into its sandbox. */

const indent = (code: string, by: number): string => code.replace(/^(?=.)/gm, " ".repeat(by));

/** Where code can be put into the honest environment. */
export type Place = "import" | "init" | "step" | "reference" | "solve";
const ANCHOR: Record<Place, { line: string; by: number }> = {
  import: { line: "import gymnasium\n", by: 0 },
  init: { line: "        self.reset()\n", by: 8 },
  step: { line: "        self.step_count += 1\n", by: 8 },
  reference: { line: "    def get_ref_answer(self):\n", by: 8 },
  solve: { line: "    def solve(self):\n", by: 8 },
};

/** The honest environment under another name, with twelve configurations, and with `code` in some places. */
export function environmentFile(
  className: string,
  code: Partial<Record<Place, string>> = {},
  change: (source: string) => string = (source) => source,
): TestFile {
  const configs = PANTRY_CONFIGS.map((config) => `        'PantryEnv@${config}',\n`).join("");
  let source = PANTRY.replace(/( {4}for config in \(\n)[\s\S]*?( {4}\):\n)/, (_all, head: string, tail: string) => head + configs + tail);
  source = change(source);
  for (const [place, text] of Object.entries(code)) {
    const { line, by } = ANCHOR[place as Place];
    source = swap(source, line, `${line}${indent(text.trim(), by)}\n`);
  }
  return { name: `${className}.py`, text: source.replaceAll("PantryEnv", className) };
}

export async function importEnvironments(page: Page, files: readonly TestFile[]): Promise<void> {
  await visit(page, "/environments");
  await page.getByRole("heading", { level: 1, name: "Environments" }).waitFor();
  await importFiles(page, files);
}

/** Presses Verify for all that are imported, and waits until all are decided. */
export async function verifyAll(page: Page): Promise<void> {
  await visit(page, "/environments");
  await page.getByRole("heading", { level: 1, name: "Environments" }).waitFor();
  const all = page.getByRole("checkbox", { name: "Select all that are shown" });
  if (!(await all.isChecked())) await all.click();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByRole("heading", { name: /^Verifying is done/ }).waitFor({ timeout: 2 * RUN_MS });
}

/** Presses Verify on one environment's page and waits for what comes out. */
export async function verifyOne(page: Page, className: string): Promise<Environment> {
  await openEnvironment(page, className);
  await page.getByRole("button", { name: /^Verify( again)?$/ }).click();
  await page.getByRole("heading", { name: /^Verifying is done/ }).waitFor({ timeout: RUN_MS });
  return stored(page, className);
}

export async function openEnvironment(page: Page, className: string): Promise<void> {
  const { id } = await stored(page, className);
  await visit(page, `/environments/${encodeURIComponent(id)}`);
  await page.getByRole("heading", { level: 1, name: className }).waitFor();
}

export async function stored(page: Page, className: string): Promise<Environment> {
  const { environments } = await readDatabase(page);
  const found = environments.find((item) => item.className === className);
  if (found === undefined) throw new Error(`${className} is not stored`);
  return found;
}

/** The gate at which it failed and why, in a form for messages: `run: time-limit (No answer …)`. */
export function rejectionOf(environment: Environment): { gate: string; findings: Finding[]; text: string } {
  const gate = environment.report?.gates.find((item) => !item.passed);
  const findings = gate?.findings.filter((item) => item.severity === "error" || gate.gate === "tests") ?? [];
  return { gate: gate?.gate ?? environment.status, findings, text: findings.map((item) => `${item.code}: ${item.message}`).join("\n") };
}

/** The page answers, and an honest environment is verified in it: nothing that came before did harm. */
export async function expectUnharmed(page: Page, honest: string): Promise<void> {
  expect(await page.evaluate(() => document.readyState)).toBe("complete");
  const environment = await verifyOne(page, honest);
  expect(rejectionOf(environment).text).toBe("");
  expect(environment.status).toBe("verified");
}

/** The opaque-origin frame of the sandbox. The page must have exactly one; frames that an attack put inside it do not count. */
export async function sandboxFrame(page: Page): Promise<Frame> {
  const frames = page.mainFrame().childFrames();
  const [frame] = frames;
  if (frame === undefined || frames.length > 1) throw new Error(`expected one frame besides the page, found ${frames.length}`);
  return frame;
}

/** A function as the text that another realm can run; vitest writes `import()` in a way of its own. */
export function textOf(work: (...args: never[]) => unknown): string {
  return `(${work.toString().replaceAll("__vite_ssr_dynamic_import__", "import")})`;
}

type Evaluated = { id: number; result?: { result: { value?: unknown }; exceptionDetails?: unknown }; error?: { message: string } };

/** Until a spare is there and each worker has booted and is locked: before that it runs nothing but our own script. */
export async function waitForLocked(browser: Browser): Promise<void> {
  const states = async (): Promise<boolean> => {
    const types = await inWorkers(browser, "typeof fetch");
    return types.length >= 2 && types.every((type) => type === "undefined");
  };
  await expect.poll(states, { timeout: SLOW_MS }).toBe(true);
}

/**
 * Evaluates in every worker of the sandbox that runs now, past everything: what the strongest escape from Python
 * could do. (Playwright's own way into workers needs `eval`, which is deleted there.)
 */
export async function inWorkers(browser: Browser, expression: string): Promise<unknown[]> {
  const session = await browser.newBrowserCDPSession();
  const results: unknown[] = [];
  try {
    const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
    for (const { targetId } of targetInfos.filter(({ type, url }) => type === "worker" && url.startsWith("blob:null"))) {
      const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
      const answer = new Promise<Evaluated>((resolve) => {
        session.on("Target.receivedMessageFromTarget", (message) => {
          if (message.sessionId !== sessionId) return;
          const parsed = JSON.parse(message.message) as Partial<Evaluated>;
          if (parsed.id === 1) resolve({ ...parsed, id: 1 });
        });
      });
      const call = {
        id: 1,
        method: "Runtime.evaluate",
        params: { expression, returnByValue: true, awaitPromise: true, allowUnsafeEvalBlockedByCSP: false },
      };
      await session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify(call) });
      const { result, error } = await answer;
      if (error !== undefined || result?.exceptionDetails !== undefined) throw new Error(JSON.stringify(error ?? result?.exceptionDetails));
      results.push(result?.result.value);
      await session.send("Target.detachFromTarget", { sessionId });
    }
  } finally {
    await session.detach();
  }
  return results;
}
