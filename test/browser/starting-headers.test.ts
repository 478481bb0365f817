import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { SLOW_MS, useBrowserApp, waitForPython } from "../support/browser-app.ts";
import { type FileServer, serveFiles } from "../support/file-server.ts";

/** The headers that docs/hosting.md names, sent by a real server: those that work, and what the page says of those that do not. */
const app = useBrowserApp();
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
let server: FileServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** As the build wrote it, for deploying. */
const policy = async (): Promise<string> => (await readFile(`${DIST}/content-security-policy.txt`, "utf8")).trim();

async function openWith(headers: Record<string, string>) {
  server = await serveFiles(DIST, "/some/sub-path/", headers);
  const opened = await app.open({ url: server.url });
  opened.allow(/Content Security Policy|Failed to load resource|violates/);
  return opened;
}

describe("headers that work", () => {
  it.each([
    ["the policy that the build wrote", async () => ({ "content-security-policy": `${await policy()}; frame-ancestors 'self'` })],
    [
      "isolation, and all the rest",
      async () => ({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": "clipboard-write=(), camera=(), geolocation=()",
      }),
    ],
    [
      "isolation without credentials",
      async () => ({ "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "credentialless" }),
    ],
  ])("%s", async (_name, headers) => {
    const { page } = await openWith(await headers());
    await waitForPython(page);
  });
});

describe("headers that refuse something are named", () => {
  it.each([
    [
      "no hash of the frame's script",
      (text: string) => text.replace(/ 'sha256-[^']+'/, ""),
      /runs no script in the sandbox's frame.*script-src lacks 'sha256-/,
    ],
    ["no WebAssembly", (text: string) => text.replace(" 'wasm-unsafe-eval'", ""), /refused to compile Python.*wasm-eval by “script-src”/],
    [
      "no workers from memory",
      (text: string) => text.replace("worker-src 'self' blob:", "worker-src 'self'"),
      /refused to start Python's worker.*blob by “worker-src”/,
    ],
    [
      "no files from the page's own host",
      (text: string) => text.replace("connect-src 'self' https: http:", "connect-src https:"),
      /refused to load a part of Python.*by “connect-src”/,
    ],
  ])("%s", async (_name, change, says) => {
    const before = await policy();
    const header = change(before);
    expect(header).not.toBe(before);
    const { page } = await openWith({ "content-security-policy": header });
    const notice = page.getByRole("alert").filter({ hasText: "Python could not be started" });
    await notice.waitFor({ timeout: SLOW_MS });
    const text = (await notice.innerText()).replaceAll("\n", " ");
    expect(text).toMatch(says);
    expect(text).toContain("docs/hosting.md");
    await page.getByRole("button", { name: "Sandbox: Python failed" }).waitFor();
  });

  it("where no script of the app runs, the page says what to do, and so does one whose scripts fail", async () => {
    for (const [header, text] of [
      ["default-src 'none'; style-src 'self' 'unsafe-inline'", "If nothing else appears here"],
      ["require-trusted-types-for 'script'", "The app stopped"],
    ] as const) {
      const own = await serveFiles(DIST, "/some/sub-path/", { "content-security-policy": header });
      const page = await (await app.browser().newContext()).newPage();
      await page.goto(own.url);
      await page.getByText(text).waitFor({ timeout: SLOW_MS });
      await page.context().close();
      await own.close();
    }
  });
});
