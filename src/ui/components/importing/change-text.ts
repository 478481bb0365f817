import { assertNever } from "@/domain";
import type { ImportChange } from "@/state";
import { formatCount } from "../../text/index.ts";

function targetText({ target }: ImportChange): string {
  if (target === null) return "what is here";
  return target.name === target.id ? `“${target.name}”` : `“${target.name}” (${target.id})`;
}

/** What becomes of one item of an import, and what that costs. */
export function changeText(change: ImportChange): string {
  const { action, kind, tasks, target, unverifies } = change;
  const again = unverifies ? "; it is verified, and has to be verified again" : "";
  const withTasks = kind === "environment" && tasks > 0 ? `, ${formatCount(tasks, "task")}` : "";
  switch (action) {
    case "add":
      return `New${withTasks}`;
    case "add-tasks":
      return `Adds ${formatCount(tasks, "task")} to ${targetText(change)}${again}`;
    case "add-source":
      return `Brings the source of ${targetText(change)}, whose tasks are here${tasks > 0 ? `, and adds ${formatCount(tasks, "task")}` : ""}`;
    case "replace":
      return `Replaces ${targetText(change)}${withTasks}${again}`;
    case "copy":
      return `Comes beside what is here, as “${target?.id ?? ""}”${withTasks}`;
    case "same":
      return "Is here already, unchanged";
    case "skip":
      return `Skipped: ${targetText(change)} stays as it is`;
    case "left-out":
      return "Not imported";
    default:
      return assertNever(action);
  }
}
