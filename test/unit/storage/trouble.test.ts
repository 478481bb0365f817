import { afterEach, describe, expect, it, vi } from "vitest";
import { type ProblemId, profileIdSchema } from "@/domain";
import { eraseStorage, estimateSpace, openStorage, persistSpace, type PlaygroundStorage, type StorageChange } from "@/storage";
import {
  deferred,
  environment,
  episode,
  freshName,
  noticed,
  open,
  problem,
  raw,
  replyReceived,
  runId,
  runStarted,
} from "./storage-support.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The browser's own `put` and `add` fail as they do when the disk is full, from the given call on. */
function fillUp(after = 0): void {
  for (const method of ["put", "add"] as const) {
    const original = IDBObjectStore.prototype[method];
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...args: [unknown, IDBValidKey?]) {
      calls += 1;
      if (calls > after) throw new DOMException("The disk is full", "QuotaExceededError");
      return original.apply(this, args);
    });
  }
}

describe("a full disk", () => {
  it("says what to do and stores nothing by halves", async () => {
    const storage = await open();
    await storage.problems.put(problem("before"));
    fillUp(2);
    const values = { problems: ["a", "b", "c", "d"].map((id) => problem(id)), environments: [environment("e")] };
    await expect(storage.saveLibrary(values)).rejects.toMatchObject({
      name: "StorageError",
      code: "full",
      retryable: true,
      hint: expect.stringContaining("Export"),
    });
    vi.restoreAllMocks();
    expect((await storage.problems.list()).items.map((item) => item.id)).toEqual(["before"]);
    await storage.saveLibrary(values);
    expect((await storage.problems.list()).items).toHaveLength(5);
  });

  it("leaves a run as it was before the event", async () => {
    const storage = await open();
    const id = runId("r");
    await storage.runs.append(id, runStarted());
    fillUp();
    await expect(storage.runs.append(id, replyReceived("paid for"))).rejects.toMatchObject({ code: "full" });
    vi.restoreAllMocks();
    expect(await storage.runs.append(id, noticed("freed"))).toMatchObject({ seq: 1 });
    expect((await storage.runs.read(id)).items.map((item) => item.seq)).toEqual([0, 1]);
  });

  it.each(["pending", "done"])("knows a quota error that ends the transaction while its requests are %s", async (when) => {
    const storage = await open();
    const original = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args: [unknown, IDBValidKey?]) {
      const request = original.apply(this, args);
      // fake-indexeddb's own door for aborting with a reason, as engines do when the commit does not fit.
      const transaction = this.transaction as unknown as { _abort(name: string): void };
      if (when === "pending") transaction._abort("QuotaExceededError");
      else request.addEventListener("success", () => transaction._abort("QuotaExceededError"));
      return request;
    });
    await expect(storage.problems.put(problem("a"))).rejects.toMatchObject({ code: "full" });
    vi.restoreAllMocks();
    expect((await storage.problems.list()).items).toEqual([]);
  });
});

describe("no storage", () => {
  const works = async (storage: PlaygroundStorage): Promise<void> => {
    await storage.saveLibrary({ problems: [problem("a")], environments: [environment("e")] });
    await storage.runs.append(runId("r"), runStarted());
    expect((await storage.problems.list()).items.map(({ id }) => id)).toEqual(["a"]);
    expect((await storage.runs.read(runId("r"))).items).toHaveLength(1);
    expect(await storage.lockJob(runId("r"), async () => (await storage.lockedJobs()).size)).toEqual({ held: true, value: 1 });
  };

  it("is said in plain words, and all works in memory", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const storage = await open();
    expect(storage.trouble?.error).toMatchObject({ name: "StorageError", code: "unavailable" });
    await works(storage);
  });

  it("denied with all site data: the same, also where locks and channels are denied", async () => {
    const deny = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.stubGlobal("indexedDB", { open: deny, deleteDatabase: deny });
    vi.stubGlobal("navigator", { locks: { request: deny, query: deny } });
    vi.stubGlobal("BroadcastChannel", deny);
    const storage = await open();
    expect(storage.trouble?.error.message).toContain("denied");
    await works(storage);
    // Memory is emptied; what lies beyond cannot be seen, and is not said to be gone.
    await expect(storage.eraseAll()).rejects.toMatchObject({
      code: "unavailable",
      hint: expect.stringContaining("browser's own settings"),
    });
    expect((await storage.problems.list()).items).toEqual([]);
  });

  it("that answers late is told of, and two tabs in memory share nothing", async () => {
    const name = freshName();
    const before = await open(name);
    await before.problems.put(problem("kept"));
    const { open: openNow } = IDBFactory.prototype;
    const answer = deferred<void>();
    vi.spyOn(IDBFactory.prototype, "open").mockImplementation(function (this: IDBFactory, ...args: [string, number?]) {
      const late = new EventTarget();
      if (this !== indexedDB) return openNow.apply(this, args);
      void answer.promise.then(() => {
        const request = openNow.apply(this, args);
        request.addEventListener("success", () => {
          Object.defineProperty(late, "result", { value: request.result });
          late.dispatchEvent(new Event("success"));
        });
      });
      return late as IDBOpenDBRequest;
    });
    const [one, two] = [await openStorage(name, 1), await openStorage(name, 1)];
    expect(one.trouble?.error.message).toMatch(/did not answer/);
    await works(one);
    expect((await two.problems.list()).items).toEqual([]);
    expect(await two.lockedJobs()).toEqual(new Set());
    vi.restoreAllMocks();
    answer.resolve();
    await one.trouble?.answered;
    for (const storage of [one, two]) storage.close();
    expect((await (await open(name)).problems.list()).items.map(({ id }) => id)).toEqual(["kept"]);
  });

  it("shows nothing where the browser does not tell", async () => {
    vi.stubGlobal("navigator", {});
    expect(await estimateSpace()).toEqual({ usedBytes: null, quotaBytes: null, persisted: null });
    expect(await persistSpace()).toBeNull();
  });

  it("shows what the browser tells", async () => {
    vi.stubGlobal("navigator", {
      storage: { estimate: async () => ({ usage: 5, quota: 10 }), persisted: async () => false, persist: async () => true },
    });
    expect(await estimateSpace()).toEqual({ usedBytes: 5, quotaBytes: 10, persisted: false });
    expect(await persistSpace()).toBe(true);
  });
});

describe("two tabs", () => {
  it("hear of each other's changes, not of their own", async () => {
    const name = freshName();
    const [one, two] = [await open(name), await open(name)];
    const heard: StorageChange[] = [];
    const own: StorageChange[] = [];
    const stop = two.liveChanges((change) => heard.push(change));
    one.liveChanges((change) => own.push(change));
    await one.problems.put(problem("a"));
    await one.runs.append(runId("r"), runStarted());
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    expect(heard).toEqual([
      { kind: "problems", ids: ["a"] },
      { kind: "runs", ids: ["r"] },
    ]);
    expect(own).toEqual([]);
    stop();
    await one.problems.remove(["a" as ProblemId]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toHaveLength(2);
  });

  it("let a newer version through: the old one closes and says so", async () => {
    const name = freshName();
    const storage = await open(name);
    let closed = 0;
    storage.onClosed(() => (closed += 1));
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(name, 9990);
      request.addEventListener("blocked", () => reject(new Error("blocked")));
      request.addEventListener("success", () => {
        request.result.close();
        resolve();
      });
    });
    expect(closed).toBe(1);
    await expect(storage.problems.list()).rejects.toMatchObject({ code: "unavailable" });
    await expect(storage.problems.put(problem("a"))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("never drive the same run at once, without Web Locks", async () => {
    vi.stubGlobal("navigator", {});
    const name = freshName();
    const [one, two] = [await open(name), await open(name)];
    const gate = deferred<string>();
    const first = one.lockJob(runId("r"), () => gate.promise);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await two.lockJob(runId("r"), async () => "second")).toEqual({ held: false });
    expect(await one.lockJob(runId("r"), async () => "again")).toEqual({ held: false });
    expect(await two.lockJob(runId("other"), async () => "free")).toEqual({ held: true, value: "free" });
    expect([...(await two.lockedJobs())]).toEqual(["r"]);
    gate.resolve("done");
    expect(await first).toEqual({ held: true, value: "done" });
    expect(await two.lockJob(runId("r"), async () => "later")).toEqual({ held: true, value: "later" });
    const both = await Promise.all(
      [one, two].map((tab) => tab.lockJob(runId("race"), () => new Promise((resolve) => setTimeout(resolve, 100)))),
    );
    expect(both.filter((outcome) => outcome.held)).toHaveLength(1);
  });

  it("use Web Locks where there are some", async () => {
    const held = new Map<string, Promise<unknown>>();
    vi.stubGlobal("navigator", {
      locks: {
        async request(lock: string, _options: unknown, work: (lock: object | null) => Promise<unknown>) {
          if (held.has(lock)) return await work(null);
          const running = work({ name: lock });
          held.set(lock, running);
          return await running.finally(() => held.delete(lock));
        },
        query: async () => ({ held: [...held.keys(), "somebody-else"].map((lock) => ({ name: lock })) }),
      },
    });
    const name = freshName();
    const [one, two] = [await open(name), await open(name)];
    const gate = deferred<number>();
    const first = one.lockJob(runId("r"), () => gate.promise);
    expect(await two.lockJob(runId("r"), async () => 2)).toEqual({ held: false });
    expect([...(await two.lockedJobs())]).toEqual(["r"]);
    gate.resolve(1);
    expect(await first).toEqual({ held: true, value: 1 });
    await expect(two.lockJob(runId("r"), () => Promise.reject(new Error("engine")))).rejects.toThrow("engine");
    expect([...(await one.lockedJobs())]).toEqual([]);
  });
});

function webStorage(entries: Record<string, string>): Storage {
  const map = new Map(Object.entries(entries));
  return {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    clear: () => map.clear(),
  };
}

describe("erase all", () => {
  it("empties every table, the kept key and our web storage included, and tells other tabs", async () => {
    const local = webStorage({ "codegym-playground:tab": "1", "codegym-playground-x": "2", foreign: "3" });
    vi.stubGlobal("localStorage", local);
    vi.stubGlobal("sessionStorage", webStorage({}));
    const name = freshName();
    const [storage, other] = [await open(name), await open(name)];
    const heard: StorageChange[] = [];
    other.liveChanges((change) => heard.push(change));
    await storage.saveLibrary({ problems: [problem("a")], environments: [environment("e")] });
    await storage.episodes.put(episode("1", "e"));
    await storage.runs.append(runId("r"), runStarted());
    await storage.keys.keep(profileIdSchema.parse("p"), "secret");
    await raw(name, (database) => database.table("problems").put({ v: 7, id: "newer" }));
    await storage.eraseAll();
    await raw(name, async (database) => {
      for (const table of database.tables) expect(await table.count(), table.name).toBe(0);
    });
    expect([local.length, local.key(0)]).toEqual([1, "foreign"]);
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ kind: "everything", ids: null }));
    await storage.problems.put(problem("again"));
  });

  it("also works when the storage cannot be opened", async () => {
    const name = freshName();
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(name, 90);
      request.addEventListener("upgradeneeded", () => request.result.createObjectStore("future"));
      request.addEventListener("success", () => {
        request.result.close();
        resolve();
      });
    });
    await expect(openStorage(name)).rejects.toMatchObject({ code: "newer-version" });
    await eraseStorage(name);
    const storage = await open(name);
    expect((await storage.problems.list()).items).toEqual([]);
  });
});
