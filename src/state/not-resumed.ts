import { errorData } from "@/domain";

type Notify = (notice: { level: "error"; title: string; message: string }) => void;

/** For work that a reload cut off and that could not go on by itself: without a word it would look as if somebody had paused it. */
export function notResumed(notify: Notify, what: "run" | "evaluation" | "episode"): (error: unknown) => void {
  return (error) => {
    const { code, message } = errorData(error);
    // Removed meanwhile, in another tab.
    if (code === "no-episode") return;
    notify({
      level: "error",
      title: `The ${what} was not resumed`,
      message: `${message} What was done so far is saved: open it and press Resume.`,
    });
  };
}
