import { createContext, runInContext } from "node:vm";
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPrompter } from "@/sandbox/worker/prompter.ts";

const step = (observation: string, ok = true) => ({ ok, observation });

describe("a recorded episode, read line by line", () => {
  it("gives each observation for the action that earns it, and then nothing", () => {
    const prompter = createPrompter();
    prompter.load(JSON.stringify({ steps: [step("three jars"), step("no such jar", false)] }));
    expect(prompter.actions()).toBe("[]");
    expect(["look", "take 9", "done", "again", "again"].map((action) => prompter.next(action))).toEqual([
      "1three jars",
      "0no such jar",
      undefined,
      undefined,
      undefined,
    ]);
    expect(JSON.parse(prompter.actions())).toEqual(["look", "take 9", "done"]);
  });

  it("begins anew with each episode, and has nothing before the first", () => {
    const prompter = createPrompter();
    expect(prompter.next("early")).toBeUndefined();
    prompter.load('{"steps": [{"ok": true, "observation": "x"}]}');
    prompter.next("one");
    prompter.load('{"steps": []}');
    expect([prompter.next("two"), prompter.actions()]).toEqual([undefined, '["two"]']);
  });

  it("takes nothing but text for an action", () => {
    const prompter = createPrompter();
    prompter.load(JSON.stringify({ steps: [step("x")] }));
    for (const action of [undefined, null, 5, {}, ["a"], new String("a")]) expect(prompter.next(action)).toBeUndefined();
    expect(prompter.actions()).toBe("[]");
  });

  it("keeps every action as it was, whatever it tries to be in JSON", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"],"ok":{"actions":["x', "\\", "\ud800", "__proto__"))),
        (actions) => {
          const prompter = createPrompter();
          prompter.load(JSON.stringify({ steps: actions.map(() => step("o")) }));
          for (const action of actions) prompter.next(action);
          expect(JSON.parse(prompter.actions())).toEqual(actions);
        },
      ),
    );
  });
});

describe("in a realm where everything within reach was changed", () => {
  /** Patches what JavaScript can reach, as after the best escape from Python, and notes what passes through. */
  const HOSTILE = `
    const { apply, ownKeys, defineProperty } = Reflect;
    let busy = false;
    const tell = (one, two) => {
      if (busy) return;
      busy = true;
      try { note(String(one)); note(String(two)); } catch {}
      busy = false;
    };
    for (const holder of [Array.prototype, String.prototype, JSON]) {
      for (const name of ownKeys(holder)) {
        const before = holder[name];
        if (typeof before !== "function" || name === "constructor") continue;
        defineProperty(holder, name, { configurable: true, value: function () { tell(this, arguments[0]); return apply(before, this, arguments); } });
      }
    }
    for (const name of ["0", "1", "2", "steps", "ok", "observation", "toJSON"]) {
      defineProperty(Object.prototype, name, {
        configurable: true,
        get() { tell(this); return name === "toJSON" ? () => "forged" : undefined; },
        set(value) { tell(this, value); defineProperty(this, name, { value: "forged", writable: true, enumerable: true, configurable: true }); },
      });
    }
    Error.prepareStackTrace = (_error, sites) => { tell(sites[0].getThis(), sites[1].getFunction()); return ""; };
    new Error("look").stack;
    for (const key of ["caller", "arguments"]) try { tell(prompter.next[key][0]); } catch {}
  `;

  it("tells nothing ahead of time, and its record of the actions is the right one", () => {
    const { code } = transformSync(readFileSync("src/sandbox/worker/prompter.ts", "utf8"), { loader: "ts", format: "cjs" });
    const noted: string[] = [];
    const context = createContext({ module: { exports: {} }, note: (text: string) => noted.push(text) });
    runInContext(
      `"use strict";(function (module, exports) {${code}\nglobalThis.prompter = module.exports.createPrompter();})(module, module.exports)`,
      context,
    );
    runInContext(HOSTILE, context);
    // The traps are sprung by whoever is careless: this is what a method call would give away.
    runInContext('["a trap"].join()', context);
    expect(noted).toContain("a trap");

    const params = JSON.stringify({ steps: [step("first secret"), step("second secret", false)] });
    const call = (text: string): unknown => runInContext(text, context);
    call(`prompter.load(${JSON.stringify(params)})`);
    expect(call('prompter.next("a")')).toBe("1first secret");
    expect(noted.join()).not.toContain("secret");
    expect(call('prompter.next("b")')).toBe("0second secret");
    expect(call('prompter.next("c")')).toBeUndefined();
    expect(call("prompter.actions()")).toBe('["a","b","c"]');
    expect(noted.join()).not.toContain("secret");
  });
});
