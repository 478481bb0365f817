/**
 * Starts Python before anything else is even loaded: the interpreter takes longer than the screen. Everything
 * is wired in main.tsx.
 */
import { z } from "zod";
import { startEarly } from "./early-sandbox.ts";
import { showPlainPage } from "./plain-page.ts";

// zod would compile its parsers with `new Function`, which the page's policy forbids.
z.config({ jitless: true });

// Where a browser denies channels with the rest of the site data, making one throws. Dexie makes one while it is loaded.
try {
  new BroadcastChannel("probe").close();
} catch {
  Reflect.set(globalThis, "BroadcastChannel", undefined);
}

const framed = window.parent !== window;
const embedded = (): boolean => window.location.hash.startsWith("#/embed/");

/**
 * A static host sends no header that would keep other pages from framing this one, laying something over it and having
 * the visitor press what they do not see. So in a frame there is the embedded player and nothing else, also when
 * the page around it changes the address later: then the frame begins again from here.
 */
function keepToEmbed(): void {
  const before = embedded();
  for (const event of ["popstate", "hashchange"] as const) {
    window.addEventListener(event, (moved) => {
      if (embedded() === before) return;
      moved.stopImmediatePropagation();
      window.location.reload();
    });
  }
}

function startApp(): void {
  // In a frame of a course page nobody may ever press play: Python waits until somebody does.
  const early = embedded() ? null : startEarly();
  import("./main.tsx").then(
    ({ start }) => start(early),
    (error: unknown) =>
      showPlainPage({
        title: "The app could not be loaded",
        text: `Probably a newer version was put online just now, or the network was away. What you saved on this device is untouched. The browser says: ${String(error)}`,
        action: { name: "Reload the page", act: () => window.location.reload() },
      }),
  );
}

if (framed) keepToEmbed();
if (framed && !embedded()) {
  showPlainPage({
    title: "CodeGym Playground does not run inside another page",
    text: "Only the player of a shared link does. The page around this one could lay something over it, so that you press what you do not see.",
    action: { name: "Open CodeGym Playground on its own", href: window.location.href },
  });
} else startApp();
