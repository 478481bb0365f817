import { ModelError } from "@/domain";

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1\]|[^/:]+\.localhost)$/i;

/** Private IPv4 ranges, those of the link and of carriers, IPv6's unique-local and link-local ones, and names that only a network of one's own knows. */
const NETWORK_HOST =
  /^(10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}|169\.254(\.\d{1,3}){2}|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])(\.\d{1,3}){2}|\[f[cd][0-9a-f]{2}:.*\]|\[fe[89ab][0-9a-f]:.*\]|[^/:]+\.(local|lan|home\.arpa|internal))$/i;

/** How far away an address is: browsers guard the way to this computer and to the network around it. */
export type Place = "this-computer" | "local-network" | "internet";

export function isLocalHost(host: string): boolean {
  return LOCAL_HOST.test(host);
}

/** @param host as in `URL.hostname`: IPv6 in brackets. */
export function placeOf(host: string): Place {
  if (isLocalHost(host)) return "this-computer";
  return NETWORK_HOST.test(host) ? "local-network" : "internet";
}

function refuse(message: string, hint: string): never {
  throw new ModelError("bad-request", message, { hint });
}

/**
 * The base address as the SDK wants it: scheme, host and path without a last slash. `https` when no scheme was
 * written, `http` for this computer and the network around it, where certificates are rare. A pasted
 * `…/chat/completions`, `…/responses`, `…/messages` or `…/models` is cut back to its base.
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
  const full = scheme === undefined ? `${placeOf(host) === "internet" ? "https" : "http"}://${text.replace(/^\/+/, "")}` : text;

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
  const path = url.pathname.replace(/(\/+(chat\/completions|responses|messages|models))*\/*$/i, "");
  return `${url.protocol}//${url.host}${path}`;
}
