import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CALL_BEGIN, CALL_END, type CallProtocol, type EpisodeLimits, type ModelProfile, playerName, type TraceView } from "@/domain";
import { EpisodeControl, type PlayableEnvironment, Stage } from "@/episodes";
import { profileOf } from "../support/chat.ts";
import { chatAt, MemoryTraces, modelPlayer, playable, play } from "../support/episodes.ts";
import { MemoryLedger } from "../support/models.ts";
import {
  type Behaviour,
  type ModelServer,
  type ModelServerOptions,
  startAnthropic,
  startGemini,
  startOpenAIChat,
  startOpenAIResponses,
} from "../support/providers/index.ts";
import { PANTRY, PATIENT_MS, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let pantry: PlayableEnvironment;
const servers: ModelServer[] = [];
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  pantry = await playable(sandbox, PANTRY);
});
afterAll(() => sandbox.dispose());
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const CONFIG = pantryConfig(["oats", "rye", "oats"], [250, 90, 410]);

/** One turn as a model takes it, in whatever protocol it is asked to play. */
type Turn = { calls: [name: string, args: string][] } | Behaviour;

function behaviourOf(turn: Turn, protocol: CallProtocol, index: number): Behaviour {
  if (typeof turn === "string" || "kind" in turn) return turn;
  if (protocol === "native") {
    return { kind: "tools", calls: turn.calls.map(([name, args], at) => ({ id: `call_${index}_${at}`, name, arguments: args })) };
  }
  return {
    kind: "text",
    text: `Next.\n${CALL_BEGIN}[${turn.calls.map(([name, args]) => `{"name": "${name}", "parameters": ${args}}`).join(", ")}]${CALL_END}`,
  };
}

type Table = {
  server: ModelServer;
  profile: ModelProfile;
  ledger: MemoryLedger;
  traces: MemoryTraces;
  play(more?: { stage?: Stage; limits?: Partial<EpisodeLimits>; control?: EpisodeControl; signal?: AbortSignal }): Promise<TraceView>;
};

/** A server that takes these turns, and everything around it that an episode needs. */
async function tableOf(
  turns: readonly Turn[],
  protocol: CallProtocol,
  start: (options: ModelServerOptions) => Promise<ModelServer> = startOpenAIChat,
  provider: ModelProfile["provider"] = "compatible",
): Promise<Table> {
  const server = await start({ respond: (_request, index) => behaviourOf(turns[index] ?? "I have nothing more to say.", protocol, index) });
  servers.push(server);
  const profile = profileOf({ provider, baseUrl: server.baseUrl, api: provider === "openai" ? "responses" : "chat" });
  const ledger = new MemoryLedger();
  const traces = new MemoryTraces();
  return {
    server,
    profile,
    ledger,
    traces,
    play: (more = {}) =>
      play({
        sandbox,
        environment: pantry,
        config: CONFIG,
        player: modelPlayer(profile, protocol),
        traces,
        ports: { chat: () => chatAt(profile, ledger, "episode") },
        ...more,
      }),
  };
}

const one = (name: string, args: object = {}): Turn => ({ calls: [[name, JSON.stringify(args)]] });
const said = (server: ModelServer, index: number): { role: string; content: string | null; tool_call_id?: string }[] =>
  server.chats()[index]?.body?.["messages"] as never;
const lastSaid = (server: ModelServer, index: number) => said(server, index).at(-1);

const PATIENT = { badTurns: 20 };

describe.each(["native", "text"] as const)("a model that plays by the %s protocol", (protocol) => {
  test("solves the task, turn by turn", async () => {
    const table = await tableOf(
      [one("Observe"), one("Weigh", { index: 0 }), one("Weigh", { index: 2 }), one("Done", { answer: 660 })],
      protocol,
    );
    const view = await table.play();
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, rounds: 4 });
    expect(view.took).toMatchObject({ inputTokens: 44, outputTokens: 28 });
    expect(Object.values(view.faults).every((count) => count === 0)).toBe(true);
    expect(table.traces.types("episode")).toEqual([
      "episode-started",
      ...Array.from({ length: 4 }, () => ["reply-received", "call-answered"]).flat(),
      "episode-ended",
    ]);
    const [system, user] = said(table.server, 0);
    expect(system?.role).toBe("system");
    expect(user?.content).toContain("Find the total weight");
    expect(lastSaid(table.server, 1)).toMatchObject(
      protocol === "native" ? { role: "tool", tool_call_id: "call_0_0", content: '{"jars": 3}' } : { role: "user", content: '{"jars": 3}' },
    );
    const tools = table.server.chats()[0]?.body?.["tools"] as unknown[] | undefined;
    if (protocol === "text") {
      expect(tools).toBeUndefined();
      expect(system?.content).toContain("def Weigh(index: int, unit: str='g'):");
    } else {
      expect(tools).toHaveLength(4);
      expect(tools?.[2]).toMatchObject({
        function: {
          name: "Weigh",
          parameters: { type: "object", required: ["index"], properties: { index: { type: "integer" }, unit: { type: "string" } } },
        },
      });
    }
  });

  test("every kind of misbehaviour is answered, counted, and breaks nothing", async () => {
    const cut: Turn =
      protocol === "native" ? { kind: "empty" } : { kind: "text", text: `${CALL_BEGIN}[{"name": "Wei`, finishReason: "length" };
    const turns: Turn[] = [
      { calls: [["Weigh", '{"index": ']] },
      one("Teleport", { to: "shelf" }),
      {
        calls: [
          ["Weigh", '{"index": 0}'],
          ["Weigh", '{"index": 1}'],
          ["Done", '{"answer": 0}'],
        ],
      },
      one("Weigh", { index: "first" }),
      one("Weigh"),
      { kind: "empty" },
      { kind: "refusal", text: "I must not open jars." },
      "Let me think about jars.",
      cut,
      { calls: [["Weigh", `{"index": ${"[".repeat(5000)}${"]".repeat(5000)}}`]] },
      one("Observe", { index: 12345678901234567890n.toString() }),
      { calls: [["ReadLabel", '{"index": 12345678901234567890}']] },
      one("Done", { answer: 660 }),
    ];
    const table = await tableOf(turns, protocol);
    const view = await table.play({ limits: PATIENT });
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, error: null });
    // A server of one's own says refusals in its own field; both protocols must understand it.
    expect(view.faults).toMatchObject({
      malformed: 2,
      "unknown-tool": 1,
      "several-calls": 1,
      "wrong-types": 3,
      silence: protocol === "native" ? 2 : 1,
      refusal: 1,
      "no-call": 1,
      "cut-off": protocol === "native" ? 0 : 1,
    });
    expect(table.server.chats()).toHaveLength(turns.length);
    expect(view.calls.map(({ observation }) => observation)).toEqual([
      "there is no tool Teleport",
      "250",
      expect.stringContaining("error:"),
      expect.stringContaining("error:"),
      expect.stringContaining("error:"),
      expect.stringContaining("error:"),
      "submitted 660, reward=1",
    ]);
    // A turn that comes to no call is a round as well.
    expect(view.rounds).toBe(13);
    // Big numbers reach Python as they were written.
    expect(view.calls[5]?.action).toContain("12345678901234567890");
    const afterSeveral = said(table.server, 3);
    if (protocol === "native") {
      expect(afterSeveral.slice(-3).map(({ role, content }) => [role, content])).toEqual([
        ["tool", "250"],
        ["tool", "This call was not made: one call a turn."],
        ["tool", "This call was not made: one call a turn."],
      ]);
    } else
      expect(afterSeveral.at(-1)?.content).toBe(
        '250\n\n(Only one of your calls was made, {"name": "Weigh", "parameters": {"index": 0}}: send one call a turn.)',
      );
    expect(lastSaid(table.server, 6)?.content).toContain("Your turn was empty");
    expect(
      said(table.server, 7)
        .slice(-2)
        .map(({ content }) => content),
    ).toEqual(["I must not open jars.", expect.stringContaining("refusal")]);
    expect(lastSaid(table.server, 8)?.content).toMatch(/no (tool )?call/);
  });

  test("in another form is made, counted and told; drafts in its reasoning are not", async () => {
    const draft = `${CALL_BEGIN}[{"name": "Done", "parameters": {"answer": 1}}]${CALL_END}`;
    const turns: Turn[] = [
      {
        kind: "text",
        text: `<think>Hm.</think><think>${draft}</think>\n<tool_call>{"name": "functions.Weigh", "arguments": "{\\"index\\": 0}"}</tool_call>`,
      },
      { kind: "text", text: `${draft} or rather think on\n</thinking>\n${draft.replace("1}", "660}")}` },
    ];
    const thought = { kind: "text", text: `<think>Maybe ${draft}` } as const;
    const table = await tableOf([thought, ...turns], protocol);
    const view = await table.play({ limits: PATIENT });
    expect(view.faults).toMatchObject({ "no-call": 1 });
    expect(lastSaid(table.server, 1)?.content).toContain("in its reasoning only");
    expect(view).toMatchObject({ why: "finished", reward: 1 });
    expect(view.calls[0]).toMatchObject({
      action: '{"name": "Weigh", "parameters": {"index": 0}}',
      observation: "250",
      faults: ["loose-form"],
    });
    expect(view.calls[1]?.action).toBe('{"name": "Done", "parameters": {"answer": 660}}');
    expect(lastSaid(table.server, 2)?.content).toMatch(/^250\n\n\(Your call was made, though/);
  });

  test("integers beyond 2^53 reach Python, and the model again, as it wrote them", async () => {
    const big = "9007199254740993";
    const table = await tableOf([{ calls: [["ReadLabel", `{"index": ${big}}`]] }, one("Done", { answer: 660 })], protocol);
    const view = await table.play();
    expect(view.calls[0]?.action).toContain(big);
    const sent = JSON.stringify(table.server.chats()[1]?.body);
    expect(sent).toContain(big);
    expect(sent).not.toContain("9007199254740992");
  });

  test("that no longer calls, refuses, or writes nonsense comes to an end", async () => {
    const outcome = async (turn: Turn) => (await (await tableOf([turn, turn, turn, turn], protocol)).play()).why;
    expect(await outcome("I would rather talk.")).toBe("gave-up");
    expect(await outcome({ kind: "empty" })).toBe("gave-up");
    expect(await outcome({ kind: "refusal", text: "No." })).toBe("refused");
    expect(await outcome({ calls: [["Weigh", "{"]] })).toBe("bad-calls");
  });

  test("is stopped by rounds and by tokens", async () => {
    const looks = Array.from({ length: 9 }, () => one("Observe"));
    expect(await (await tableOf(looks, protocol)).play({ limits: { rounds: 3 } })).toMatchObject({ why: "round-limit", rounds: 3 });
    // 18 tokens a reply.
    const capped = await tableOf(looks, protocol);
    expect(await capped.play({ limits: { tokens: 40 } })).toMatchObject({ why: "token-cap", rounds: 3 });
    expect(capped.server.chats()).toHaveLength(3);
  });

  test("long observations reach it cut, and marked", async () => {
    const table = await tableOf([one("ReadLabel", { index: 0 }), one("Done", { answer: 0 })], protocol);
    const config = pantryConfig(["rye".repeat(500)], [1]);
    const view = await play({
      sandbox,
      environment: pantry,
      config,
      player: modelPlayer(table.profile, protocol),
      traces: table.traces,
      limits: { observationChars: 100 },
      ports: { chat: () => chatAt(table.profile, table.ledger, "episode") },
    });
    expect(view.cuts).toBe(1);
    expect(lastSaid(table.server, 1)?.content).toBe(`${"rye".repeat(34).slice(0, 100)}… (1400 more characters were cut)`);
  });

  test("cut off at any event and taken up again, asks for nothing twice", async () => {
    const turns = [one("Observe"), { calls: [["Weigh", "{"]] } satisfies Turn, one("Weigh", { index: 0 }), one("Done", { answer: 660 })];
    const whole = await tableOf(turns, protocol);
    const stage = new Stage(sandbox, pantry, PATIENT_MS);
    const expected = await whole.play({ stage });
    const events = whole.traces.byId.get("episode")?.length ?? 0;
    expect(events).toBe(10);
    for (let at = 0; at < events; at += 1) {
      const table = await tableOf(turns, protocol);
      table.traces.onAppend = ({ seq }) => {
        // The tab is closed between the reply's booking and the trace, or in the step in flight.
        if (seq === at) throw new Error("reload");
      };
      await expect(table.play({ stage })).rejects.toThrow("reload");
      table.traces.onAppend = () => {};
      const view = await table.play({ stage });
      expect(view).toMatchObject({ why: "finished", reward: 1, rounds: expected.rounds, faults: expected.faults });
      expect(view.calls.map(({ action, observation }) => [action, observation])).toEqual(
        expected.calls.map(({ action, observation }) => [action, observation]),
      );
      expect(table.server.chats()).toHaveLength(turns.length);
      expect(table.ledger.paid).toHaveLength(turns.length);
    }
    stage.close();
  });

  test("whose server fails halts, with its error, and goes on when it is back", async () => {
    const turns: Turn[] = [
      one("Observe"),
      { kind: "trouble", trouble: "wrong-key" },
      one("Weigh", { index: 0 }),
      one("Done", { answer: 660 }),
    ];
    const table = await tableOf(turns, protocol);
    expect(await table.play()).toMatchObject({ status: "halted", rounds: 1, error: { name: "ModelError", code: "unauthorized" } });
    expect(await table.play()).toMatchObject({ status: "ended", why: "finished", reward: 1, error: null });
    expect(table.server.chats()).toHaveLength(4);
  });

  test("a person takes over, plays a call, and gives back: the model is told", async () => {
    const table = await tableOf([one("Observe"), one("Done", { answer: 660 })], protocol);
    const control = new EpisodeControl();
    const action = '{"name": "Weigh", "parameters": {"index": 2}}';
    table.traces.onAppend = ({ event }) => {
      if (event.type !== "call-answered") return;
      if (event.by === "person") control.giveBack();
      else if (!event.finished) {
        control.takeOver();
        control.act(action);
      }
    };
    const view = await table.play({ control });
    expect(view).toMatchObject({ why: "finished", reward: 1, rounds: 3 });
    expect(view.calls.map(({ by }) => by)).toEqual(["player", "person", "player"]);
    expect(lastSaid(table.server, 1)).toMatchObject({
      role: "user",
      content: `A person made this call in your place: ${action}\nIt returned:\n410`,
    });
  });

  test("what it says and thinks is shown as it comes", async () => {
    const table = await tableOf([], protocol);
    table.server.setRespond(() => ({ kind: "text", text: "I say this.", reasoning: "I think that." }));
    const shown = { text: "", reasoning: "" };
    const view = await play({
      sandbox,
      environment: pantry,
      config: CONFIG,
      player: modelPlayer(table.profile, protocol),
      traces: table.traces,
      limits: { badTurns: 1 },
      ports: { chat: () => chatAt(table.profile, table.ledger, "episode") },
      watch: { onText: (text) => (shown.text = text), onReasoning: (text) => (shown.reasoning = text) },
    });
    // Shown a few times a second; the whole is in the trace.
    expect([shown.text, shown.reasoning]).not.toContain("");
    expect("I say this.".startsWith(shown.text) && "I think that.".startsWith(shown.reasoning)).toBe(true);
    expect(view.entries[0]).toMatchObject({ type: "reply-received", reply: { text: "I say this.", reasoning: "I think that." } });
  });
});

describe("tool calling of other providers", () => {
  test.each([
    ["openai", startOpenAIResponses],
    ["anthropic", startAnthropic],
    ["google", startGemini],
  ] as const)("%s: malformed, several, silent and refusing turns on the way to the answer", async (provider, start) => {
    const turns: Turn[] = [
      one("Observe"),
      {
        calls: [
          ["Weigh", '{"index": 0}'],
          ["Weigh", '{"index": 2}'],
        ],
      },
      one("Teleport"),
      { kind: "empty" },
      "Now I know.",
      one("Weigh", { index: "two" }),
      one("Done", { answer: 660 }),
    ];
    const table = await tableOf(turns, "native", start, provider);
    table.profile.model = provider === "anthropic" ? "claude-test" : "test-model";
    const view = await table.play({ limits: PATIENT });
    expect(view.error).toBeNull();
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, rounds: 7 });
    expect(view.faults).toMatchObject({ "several-calls": 1, "unknown-tool": 1, silence: 1, "no-call": 1, "wrong-types": 1 });
    expect(table.server.chats()).toHaveLength(turns.length);
  });
});

test("a tool whose name no provider takes cannot be called natively, and the text protocol does it", async () => {
  const odd = await playable(
    sandbox,
    swap(swap(PANTRY, '            "Weigh": 2,', '            "Wäge": 2,'), "    def Weigh(", "    def Wäge("),
  );
  const table = await tableOf([one("Wäge", { index: 1 }), one("Done", { answer: 660 })], "text");
  const more = {
    sandbox,
    environment: odd,
    config: CONFIG,
    traces: table.traces,
    ports: { chat: () => chatAt(table.profile, table.ledger, "episode") },
  };
  await expect(play({ ...more, player: modelPlayer(table.profile, "native") })).rejects.toMatchObject({ code: "no-native-calls" });
  const view = await play({ ...more, player: modelPlayer(table.profile, "text") });
  expect(view).toMatchObject({ why: "finished", reward: 1 });
  expect(view.calls[0]?.observation).toBe("90");
});

test("players are named as people know them", () => {
  const profile = profileOf({ model: "m" });
  expect([
    playerName(modelPlayer(profile, "native")),
    playerName(modelPlayer(profile, "text")),
    playerName({ kind: "random", seed: 3 }),
  ]).toEqual(["m", "m, text protocol", "Random caller (seed 3)"]);
});
