import { expect, test, beforeAll, afterAll } from "vitest";
import { testSandbox } from "../support/sandbox.ts";
import canary from "../../src/python/canary/canary_env.py?raw";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => { sandbox = await testSandbox({ parallelism: 2 }); });
afterAll(() => sandbox.dispose());

test("smoke", async () => {
  console.log(sandbox.ready);
  let t = performance.now();
  const i = await sandbox.acquire("search");
  console.log("acquire", performance.now() - t);
  const o = { deadlineMs: 3000 };
  await i.call("load_environment", { source: canary, className: "CanaryEnv" }, o);
  const { solver, findings } = await i.call("inspect_solver", { source: canary }, o);
  console.log(solver, findings);
  await i.call("load_solver", { solver: solver ?? "" }, o);
  t = performance.now();
  const r = await i.call("solve", { config: '{"values":[3,1,2]}', maxSteps: 10, trace: true, states: true, memory: true }, o);
  console.log(performance.now() - t, JSON.stringify(r));
  i.release();
  const j = await sandbox.acquire("search");
  console.log("fresh", j.fresh);
  expect(j.fresh).toBe(false);
  j.release();
  await new Promise((r) => setTimeout(r, 1500));
  t = performance.now();
  const p = await sandbox.acquire("proof");
  console.log("spare", performance.now() - t);
  const q = await sandbox.acquire("proof");
  console.log("spawn", performance.now() - t);
  await expect(p.call("run_main", { source: "while True: pass" }, o)).rejects.toThrow();
  await expect(q.call("run_main", { source: "x = bytearray(400_000_000)" }, o)).rejects.toThrow(/MemoryError/);
  p.release(); q.release();
});
