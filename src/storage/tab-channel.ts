/** A channel to the app's other tabs; null where the browser has none, or denies it with the rest of the site data. */
export function openTabChannel(name: string): BroadcastChannel | null {
  if (typeof BroadcastChannel === "undefined") return null;
  try {
    const channel = new BroadcastChannel(name);
    // In Node an open channel would keep the process alive.
    if ("unref" in channel && typeof channel.unref === "function") channel.unref();
    return channel;
  } catch {
    return null;
  }
}
