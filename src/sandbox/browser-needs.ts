import { SandboxError } from "@/domain";

type Realm = { WebAssembly?: unknown; Worker?: unknown; DecompressionStream?: unknown };

const TOO_OLD =
  "Update the browser, or open this page in Chrome, Edge, Firefox or Safari of the last two years. All that needs no Python works here: reading, importing, exporting.";
const NO_WEBASSEMBLY =
  "On an iPhone, iPad or Mac, Lockdown Mode switches it off: allow this website in the page menu of Safari's address bar (Website Settings → Lockdown Mode off), then reload. In other browsers, a security setting or the organisation's policy can do it. All that needs no Python works meanwhile: reading, importing, exporting.";

/** What Python needs of a browser and does not find. @throws SandboxError "boot-failed" */
export function checkBrowser(realm: Realm = globalThis): void {
  const missing = (what: string, hint: string): SandboxError =>
    new SandboxError("boot-failed", `This browser has no ${what} for this page, and Python needs it.`, { hint });
  if (typeof realm.WebAssembly !== "object") throw missing("WebAssembly", NO_WEBASSEMBLY);
  if (typeof realm.Worker !== "function") throw missing("web workers", TOO_OLD);
  if (typeof realm.DecompressionStream !== "function") throw missing("decompression of streams", TOO_OLD);
}
