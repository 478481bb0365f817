import { afterEach, describe, expect, it, vi } from "vitest";
import * as datasets from "@/datasets";
import { type EnvironmentId, type ProblemId, StorageError } from "@/domain";
import { eraseStorage } from "@/storage";
import { createLibraryStore, type Library, type LibraryPorts } from "../../../src/state/library-store.ts";
import { environment, episode, freshName, open, problem, raw, traceId, traceStarted } from "../storage/storage-support.ts";

const libraries: Library[] = [];
afterEach(() => {
  for (const library of libraries.splice(0)) library.dispose();
});

const bundled = problem("shipped", { origin: "bundled", kind: "arrays", extra: { about: "x" }, addedAt: 0 });

async function library(name: string, more: Partial<LibraryPorts> = {}): Promise<Library & { notices: string[]; erased: () => number }> {
  const notices: string[] = [];
  let erased = 0;
  const made = createLibraryStore({
    storage: open(name),
    eraseUnopened: () => eraseStorage(name),
    datasets: { ...datasets, loadBundledProblems: async () => [bundled] },
    notify: (notice) => notices.push(`${notice.level}: ${notice.title}: ${notice.message}`),
    onErased: () => (erased += 1),
    ...more,
  });
  libraries.push(made);
  await made.ready;
  return { ...made, notices, erased: () => erased };
}

const ids = (made: Library): [string[], string[]] => {
  const { problems, environments } = made.store.getState();
  return [problems.map((item) => item.id), environments.map((item) => item.id)];
};
const jsonl = (...idList: string[]): File =>
  new File(
    idList.map((id) => `${JSON.stringify({ question_id: id, question: `About ${id}.`, solution: "1" })}\n`),
    "p.jsonl",
  );

describe("the library", () => {
  it("shows bundled problems first, then what is stored", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.saveLibrary({ problems: [problem("b", { addedAt: 2 }), problem("a", { addedAt: 3 })], environments: [environment("e")] });
    const made = await library(name);
    expect(made.store.getState().load).toEqual({ status: "ready" });
    expect(ids(made)).toEqual([["shipped", "b", "a"], ["e"]]);
  });

  it("adds, edits and removes one's own problems, bundled ones never", async () => {
    const name = freshName();
    const made = await library(name);
    const { addProblem, removeProblems } = made.store.getState();
    const one = await addProblem({ title: "Two Sum", statement: "Add.", solution: "1" });
    expect(one).toMatchObject({ id: "two_sum", origin: "own" });
    expect(await addProblem({ title: "Two Sum", statement: "Other.", solution: "1" })).toMatchObject({ id: "two_sum-2" });
    expect(await addProblem({ id: one.id, title: "", statement: "Edited text.", solution: "2" })).toMatchObject({
      id: "two_sum",
      title: "Edited text.",
      addedAt: one.addedAt,
    });
    expect(await addProblem({ id: bundled.id, title: "Mine", statement: "x", solution: "y" })).toMatchObject({
      id: "shipped-2",
      origin: "own",
    });
    await removeProblems(["shipped", "two_sum-2"] as ProblemId[]);
    expect(ids(made)[0].toSorted()).toEqual(["shipped", "shipped-2", "two_sum"]);
    expect(ids(await library(name))[0].toSorted()).toEqual(["shipped", "shipped-2", "two_sum"]);
  });

  it("imports after the person decided, and exports what imports again", async () => {
    const name = freshName();
    const made = await library(name);
    const state = made.store.getState();
    const source = new File(['"""Add."""\nimport gymnasium\nclass SumEnv(gymnasium.Env):\n  pass\n'], "x__SumEnv.py");
    const instances = new File(['{"ability": "codegym_v1@x__SumEnv@{\\"n\\": 1}"}\n'], "i.jsonl");
    const plan = await state.readFiles([jsonl("a", "shipped"), source, instances, new File(["\0"], "bad.py")]);
    expect(plan.faults).toMatchObject([{ file: "bad.py" }]);
    expect((await state.previewImport(plan, { policy: "skip" })).filter(({ asked }) => asked)).toMatchObject([
      { kind: "problem", action: "skip", name: "About shipped.", target: { id: "shipped" } },
    ]);
    expect(ids(made)).toEqual([["shipped"], []]);
    expect(await state.applyImport(plan, { policy: "skip" })).toEqual({ problems: 1, environments: 1, tasks: 1, skipped: 1 });
    expect(ids(made)).toEqual([["shipped", "a"], ["x__SumEnv"]]);
    const id = "x__SumEnv" as EnvironmentId;
    expect((await state.exportInstances([id])).bytes.length).toBeGreaterThan(10);
    expect((await state.exportEnvironmentFile(id)).fileName).toBe("x__SumEnv.py");
    await expect(state.exportEnvironmentFile("gone" as EnvironmentId)).rejects.toBeInstanceOf(StorageError);
    const archive = await state.exportArchive([id, "gone" as EnvironmentId]);
    await state.eraseAll();
    expect([...ids(made), made.erased()]).toEqual([["shipped"], [], 1]);
    const again = await state.readFiles([new File([new Uint8Array(archive.bytes)], archive.fileName)]);
    await state.applyImport(again, { policy: "replace" });
    expect(ids(made)[1]).toEqual(["x__SumEnv"]);
    expect((await state.readPaste("nothing")).faults).toHaveLength(1);
  });

  it("removes environments with their episodes", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.environments.put(environment("e"));
    await storage.episodes.putAll([episode("1", "e"), episode("2", "f")]);
    await storage.traces.append(traceId("3"), traceStarted("e"));
    await storage.traces.append(traceId("4"), traceStarted("f"));
    const made = await library(name);
    await made.store.getState().removeEnvironments(["e" as EnvironmentId]);
    expect(ids(made)[1]).toEqual([]);
    expect((await storage.traces.list()).items.map((item) => item.id)).toEqual(["4"]);
    expect((await storage.episodes.list()).items.map((item) => item.id)).toEqual(["2"]);
  });

  it("takes environments from runs and verification", async () => {
    const made = await library(freshName());
    await made.saveEnvironment(environment("e"));
    await made.saveEnvironments([environment("e", { status: "verified" }), environment("f")]);
    expect(made.store.getState().environments.map((item) => [item.id, item.status])).toEqual([
      ["e", "verified"],
      ["f", "unverified"],
    ]);
  });

  it("follows what another tab does", async () => {
    const name = freshName();
    const [one, two] = [await library(name), await library(name)];
    await one.store.getState().addProblem({ title: "New", statement: "x", solution: "y" });
    await one.saveEnvironment(environment("e"));
    await vi.waitFor(() => expect(ids(two)).toEqual([["shipped", "new"], ["e"]]));
    await one.store.getState().eraseAll();
    await vi.waitFor(() => expect(ids(two)).toEqual([["shipped"], []]));
    expect(two.erased()).toBe(1);
  });

  it("says once what could not be read, and keeps it", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.problems.put(problem("good"));
    await raw(name, (database) =>
      database.table("problems").bulkPut([
        { v: 1, id: "bad" },
        { v: 5, id: "newer" },
      ]),
    );
    const made = await library(name);
    expect(ids(made)[0]).toEqual(["shipped", "good"]);
    expect(made.notices).toEqual([expect.stringMatching(/bad.*1 more/)]);
    await storage.problems.put(problem("other"));
    await vi.waitFor(() => expect(ids(made)[0]).toHaveLength(3));
    expect(made.notices).toHaveLength(1);
  });

  it("still shows bundled problems when the storage cannot be opened", async () => {
    const name = freshName();
    const failed = Promise.reject(new StorageError("newer-version", "newer"));
    const made = await library(name, { storage: failed });
    expect(made.store.getState().load).toMatchObject({ status: "failed", error: { code: "newer-version" } });
    expect(ids(made)[0]).toEqual(["shipped"]);
    await expect(made.store.getState().addProblem({ title: "x", statement: "x", solution: "y" })).rejects.toMatchObject({
      code: "newer-version",
    });
    await made.store.getState().eraseAll();
    expect(made.erased()).toBe(1);
  });

  it("still shows what is stored when the bundled problems fail to load", async () => {
    const name = freshName();
    await (await open(name)).problems.put(problem("a"));
    const made = await library(name, { datasets: { ...datasets, loadBundledProblems: () => Promise.reject(new Error("offline")) } });
    expect(ids(made)[0]).toEqual(["a"]);
    expect(made.notices).toEqual([expect.stringContaining("offline")]);
  });

  it("says that a newer version took over, and stores nothing more", async () => {
    const name = freshName();
    const made = await library(name);
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(name, 40);
      request.addEventListener("success", () => {
        request.result.close();
        resolve();
      });
    });
    await vi.waitFor(() => expect(made.store.getState().load).toMatchObject({ status: "failed", error: { code: "newer-version" } }));
    await expect(made.saveEnvironment(environment("e"))).rejects.toBeInstanceOf(StorageError);
    expect(ids(made)[1]).toEqual([]);
  });

  it("shows nothing of an import that did not fit", async () => {
    const name = freshName();
    const made = await library(name);
    const plan = await made.store.getState().readFiles([jsonl("a", "b", "c")]);
    const put = IDBObjectStore.prototype.put;
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args: [unknown, IDBValidKey?]) {
      if ((calls += 1) > 1) throw new DOMException("full", "QuotaExceededError");
      return put.apply(this, args);
    });
    await expect(made.store.getState().applyImport(plan, { policy: "skip" })).rejects.toMatchObject({ code: "full" });
    vi.restoreAllMocks();
    expect(ids(made)[0]).toEqual(["shipped"]);
    expect(ids(await library(name))[0]).toEqual(["shipped"]);
  });
});
