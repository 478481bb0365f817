import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, profileIdSchema, type EnvironmentId, type ProblemId } from "@/domain";
import { openStorage } from "@/storage";
import { environment, episode, freshName, open, problem, raw } from "./storage-support.ts";

describe("repositories", () => {
  it("keeps what was put over a reopening", async () => {
    const name = freshName();
    const first = await open(name);
    await first.problems.put(problem("a", { extra: { deep: { list: [1, null, "\ud800"] } } }));
    await first.environments.put(environment("e"));
    first.close();
    const second = await open(name);
    expect((await second.problems.list()).items).toEqual([problem("a", { extra: { deep: { list: [1, null, "\ud800"] } } })]);
    expect(await second.environments.get("e" as EnvironmentId)).toEqual(environment("e"));
    expect(await second.environments.get("other" as EnvironmentId)).toBeNull();
    await raw(name, async (database) => expect(await database.table("problems").get("a")).toMatchObject({ v: 1, id: "a" }));
  });

  it("removes by id", async () => {
    const storage = await open();
    await storage.problems.putAll([problem("a"), problem("b"), problem("c")]);
    await storage.problems.remove(["a", "c", "none"] as ProblemId[]);
    expect((await storage.problems.list()).items.map((item) => item.id)).toEqual(["b"]);
  });

  it("lists the episodes of one environment and removes them with it", async () => {
    const storage = await open();
    await storage.episodes.putAll([episode("1", "e"), episode("2", "f"), episode("3", "e")]);
    expect((await storage.episodes.listOf("e" as EnvironmentId)).items.map((item) => item.id)).toEqual(["1", "3"]);
    await storage.episodes.removeOf(["e" as EnvironmentId]);
    expect((await storage.episodes.list()).items.map((item) => item.id)).toEqual(["2"]);
  });

  it("has default settings until some are written", async () => {
    const storage = await open();
    expect(await storage.settings.read()).toEqual(DEFAULT_SETTINGS);
    const changed = { ...DEFAULT_SETTINGS, workers: 3, prompts: { solver: { system: "s", user: "u" } } };
    await storage.settings.write(changed);
    expect(await storage.settings.read()).toEqual(changed);
  });

  it("keeps keys only when told to, by profile, in a table of their own, and forgets them", async () => {
    const name = freshName();
    const storage = await open(name);
    const [one, other] = [profileIdSchema.parse("one"), profileIdSchema.parse("other")];
    expect((await storage.keys.read()).size).toBe(0);
    await storage.keys.keep(one, "canary-key");
    await storage.keys.keep(other, "canary-key-2");
    await storage.settings.write(DEFAULT_SETTINGS);
    expect([...(await storage.keys.read())]).toEqual([
      ["one", "canary-key"],
      ["other", "canary-key-2"],
    ]);
    await raw(name, async (database) => {
      for (const table of database.tables) {
        const holds = JSON.stringify(await table.toArray()).includes("canary-key");
        expect(holds, table.name).toBe(table.name === "keys");
      }
    });
    await storage.keys.forget(one);
    expect([...(await storage.keys.read()).keys()]).toEqual(["other"]);
    await storage.keys.forgetAll();
    expect((await storage.keys.read()).size).toBe(0);
  });
});

describe("records that cannot be read", () => {
  it("leaves a corrupt record out of the list, names it, and keeps it", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.problems.put(problem("good"));
    await raw(name, (database) => database.table("problems").bulkPut([{ v: 1, id: "bad", title: 7 }, { id: "unversioned" }]));
    const { items, faults } = await storage.problems.list();
    expect(items.map((item) => item.id)).toEqual(["good"]);
    expect(faults.map((fault) => [fault.kind, fault.id, fault.error.code])).toEqual([
      ["problem", "bad", "corrupt"],
      ["problem", "unversioned", "corrupt"],
    ]);
    await expect(storage.problems.get("bad" as ProblemId)).rejects.toMatchObject({ code: "corrupt" });
    await raw(name, async (database) => expect(await database.table("problems").count()).toBe(3));
  });

  it("puts a corrupt record aside when something is stored in its place", async () => {
    const name = freshName();
    const storage = await open(name);
    await raw(name, (database) => database.table("problems").put({ v: 1, id: "a", title: 7 }));
    await storage.problems.put(problem("a"));
    expect(await storage.problems.get("a" as ProblemId)).toEqual(problem("a"));
    await raw(name, async (database) =>
      expect(await database.table("damaged").toArray()).toMatchObject([{ kind: "problem", id: "a", record: { v: 1, id: "a", title: 7 } }]),
    );
  });

  it("refuses a newer record by name, and neither changes nor removes it", async () => {
    const name = freshName();
    const storage = await open(name);
    const newer = { v: 9, id: "a", shape: "unknown" };
    await raw(name, (database) => database.table("problems").put(newer));
    await raw(name, (database) => database.table("settings").put({ v: 9, id: "settings" }));
    const listing = await storage.problems.list();
    expect(listing.faults).toMatchObject([{ id: "a", error: { code: "newer-version" } }]);
    await expect(storage.problems.get("a" as ProblemId)).rejects.toMatchObject({
      code: "newer-version",
      message: expect.stringContaining("“a”"),
    });
    await expect(storage.problems.put(problem("a"))).rejects.toMatchObject({ code: "newer-version" });
    await expect(storage.problems.putAll([problem("b"), problem("a")])).rejects.toMatchObject({ code: "newer-version" });
    await expect(storage.saveLibrary({ problems: [problem("c"), problem("a")], environments: [environment("e")] })).rejects.toMatchObject({
      code: "newer-version",
    });
    await expect(storage.problems.remove(["a" as ProblemId])).rejects.toMatchObject({ code: "newer-version" });
    await expect(storage.settings.read()).rejects.toMatchObject({ code: "newer-version" });
    await expect(storage.settings.write(DEFAULT_SETTINGS)).rejects.toMatchObject({ code: "newer-version" });
    expect((await storage.environments.list()).items).toEqual([]);
    await raw(name, async (database) => {
      expect(await database.table("problems").toArray()).toEqual([newer]);
      expect(await database.table("settings").toArray()).toEqual([{ v: 9, id: "settings" }]);
    });
  });

  it("refuses a database of a newer version and leaves it as it is", async () => {
    const name = freshName();
    (await open(name)).close();
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(name, 90);
      request.addEventListener("upgradeneeded", () => request.result.createObjectStore("future", { keyPath: "id" }).put({ id: 1 }));
      request.addEventListener("success", () => {
        request.result.close();
        resolve();
      });
      request.addEventListener("error", () => reject(request.error ?? new Error("open failed")));
    });
    await expect(openStorage(name)).rejects.toMatchObject({
      name: "StorageError",
      code: "newer-version",
      hint: expect.stringContaining("Reload"),
    });
    await raw(name, async (database) => {
      expect(database.backendDB().version).toBe(90);
      expect(await database.table("future").count()).toBe(1);
    });
  });
});
