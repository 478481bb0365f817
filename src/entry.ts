/**
 * Starts Python before anything else is even loaded: the interpreter takes longer than the screen. Everything
 * is wired in main.tsx.
 */
import { z } from "zod";
import { startBrowserSandbox } from "@/sandbox";

// zod would compile its parsers with `new Function`, which the page's policy forbids.
z.config({ jitless: true });

type Connections = { workers: Promise<number | null>; onNotice: (message: string) => void };

/** A start whose settings and listeners come later. */
export type EarlySandbox = { started: ReturnType<typeof startBrowserSandbox>; connect(later: Connections): void };

function startEarly(): EarlySandbox {
  let connect: EarlySandbox["connect"] = () => {};
  const later = new Promise<Connections>((resolve) => {
    connect = resolve;
  });
  const started = startBrowserSandbox({
    workers: later.then(({ workers }) => workers),
    onNotice: (message) => void later.then(({ onNotice }) => onNotice(message)),
  });
  // Reported by the system store, once there is one.
  started.catch(() => undefined);
  return { started, connect };
}

// In a frame of a course page nobody may ever press play: Python waits until somebody does.
const early = window.location.hash.startsWith("#/embed/") ? null : startEarly();
void import("./main.tsx").then(({ start }) => start(early));
