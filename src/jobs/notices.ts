import { errorData } from "@/domain";
import type { JobNotice } from "./job-ports.ts";

type Name = "run" | "evaluation" | "episode";
const aOr = (name: Name): string => (name === "run" ? "A run" : `An ${name}`);

/** What a person is told of a job while no page shows it. */
export const notices = {
  full: (name: Name): JobNotice => ({
    level: "error",
    title: "The browser's storage is full",
    message: `The ${name} waits and loses nothing. Remove old runs, evaluations or environments in another tab, and it resumes by itself.`,
  }),
  elsewhere: (name: Name): JobNotice => ({
    level: "info",
    title: "Open in another tab",
    message: `Another tab is working on this ${name}; what it does is shown here.`,
  }),
  stopped(name: Name, error: unknown): JobNotice {
    const { message, hint } = errorData(error);
    return {
      level: "error",
      title: `The ${name} stopped`,
      message: `${message} ${hint ?? "What was done so far is saved; resume it."}`,
    };
  },
  /** Without a word it would look as if somebody had paused it. */
  notResumed: (name: Name, error: unknown): JobNotice => ({
    level: "error",
    title: `The ${name} was not resumed`,
    message: `${errorData(error).message} What was done so far is saved: open it and press Resume.`,
  }),
  paidAgain(name: Name, title: string, requests: number): JobNotice {
    const were = requests === 1 ? "A request was" : `${requests} requests were`;
    return {
      level: "info",
      title: `${aOr(name)} was cut off by the reload`,
      message: `${were} under way for “${title}” and will be paid for again. The ${name} waits for you: open it and press Resume.`,
    };
  },
};
