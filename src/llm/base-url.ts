import { ModelError } from "@/domain";

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1\]|[^/:]+\.localhost)$/i;

export function isLocalHost(host: string): boolean {
  return LOCAL_HOST.test(host);
}

function refuse(message: string, hint: string): never {
  throw new ModelError("bad-request", message, { hint });
}

/**
 * The base address as the SDK wants it: scheme, host and path without a last slash. `https` when no scheme was
 * written, `http` for this computer. A pasted `…/chat/completions` or `…/models` is cut back to its base.
 * @throws ModelError "bad-request"
 */
export function normaliseBaseUrl(input: string): string {
  const example = "Write it like https://api.example.com/v1 or http://localhost:11434/v1.";
  const text = input.trim();
  if (text === "") refuse("There is no model address.", `Enter one in Settings. ${example}`);
  if (/\s/.test(text)) refuse("The model address holds a space.", example);

  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    refuse(`The model address starts with ${scheme}://, which is not a web address.`, example);
  }
  const host = /^(\[[^\]]*\]|[^/:?#]*)/.exec(text)?.[0] ?? "";
  const full = scheme === undefined ? `${isLocalHost(host) ? "http" : "https"}://${text.replace(/^\/+/, "")}` : text;

  let url: URL;
  try {
    url = new URL(full);
  } catch {
    return refuse("The model address cannot be read.", example);
  }
  if (url.username !== "" || url.password !== "") {
    refuse("The model address holds a user name or password.", "Take it out; a key belongs in the key field.");
  }
  if (url.search !== "" || url.hash !== "") {
    refuse("The model address has a part after ? or #.", "Leave that part out; only the base address is wanted.");
  }
  if (!/^(localhost|\[.*\]|[^.]+(\.[^.]+)*\.?)$/i.test(url.hostname) || url.hostname.length > 253) {
    refuse("The model address has no proper host name.", example);
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/completions|models)$/i, "").replace(/\/+$/, "");
  return `${url.protocol}//${url.host}${path}`;
}
