import { atMost } from "@/domain";

const PATIENCE_MS = 3000;

/**
 * Whether an address that gave no answer sends requests on to another one: a browser reports that like a lost
 * connection. Asked with the same method, but with no key, no body, and without following. False where the server
 * lets no page see it.
 */
export async function isRedirected(input: RequestInfo | URL, method: string, doFetch: typeof fetch, signal: AbortSignal): Promise<boolean> {
  const url = input instanceof Request ? input.url : input;
  try {
    const limit = atMost(PATIENCE_MS, signal);
    const response = await doFetch(url, {
      method,
      redirect: "manual",
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: limit,
    });
    void response.body?.cancel().catch(() => undefined);
    // Browsers hide the status; Node shows it.
    return response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400 && response.headers.has("location"));
  } catch {
    return false;
  }
}
