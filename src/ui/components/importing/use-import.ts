import { notifications } from "@mantine/notifications";
import { useEffect, useEffectEvent, useState } from "react";
import { type ErrorData, errorData, isAbort } from "@/domain";
import { type ImportChoice, type ParsedImport, pasteDraft } from "@/state";
import { useLibrary } from "@/ui/stores";
import { formatCount } from "../../text/index.ts";

export type ImportStage =
  | { kind: "idle" }
  | { kind: "pasting" }
  | { kind: "reading"; what: string; abort: AbortController }
  | { kind: "review"; parsed: ParsedImport; pasted: boolean }
  | { kind: "applying"; parsed: ParsedImport; pasted: boolean }
  | { kind: "failed"; error: ErrorData };

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** From files or pasted text to a stored import: nothing is stored before the person has seen the plan. */
export function useImport() {
  const readFiles = useLibrary((state) => state.readFiles);
  const readPaste = useLibrary((state) => state.readPaste);
  const applyImport = useLibrary((state) => state.applyImport);
  const [stage, setStage] = useState<ImportStage>({ kind: "idle" });
  const [over, setOver] = useState(false);

  const attempt = async (work: () => Promise<ImportStage>): Promise<void> => {
    try {
      setStage(await work());
    } catch (error) {
      setStage(isAbort(error) ? { kind: "idle" } : { kind: "failed", error: errorData(error) });
    }
  };

  const fromFiles = (files: readonly File[]): void => {
    if (files.length === 0) return;
    const abort = new AbortController();
    const first = files[0];
    setStage({ kind: "reading", what: files.length === 1 && first !== undefined ? first.name : formatCount(files.length, "file"), abort });
    void attempt(async () => ({ kind: "review", parsed: await readFiles(files, abort.signal), pasted: false }));
  };

  const fromPaste = (text: string): void => {
    setStage({ kind: "reading", what: "pasted text", abort: new AbortController() });
    void attempt(async () => ({ kind: "review", parsed: await readPaste(text), pasted: true }));
  };

  const apply = ({ parsed, pasted }: { parsed: ParsedImport; pasted: boolean }, choice: ImportChoice): void => {
    setStage({ kind: "applying", parsed, pasted });
    void attempt(async () => {
      const { problems, environments, tasks, skipped } = await applyImport(parsed, choice);
      if (pasted) pasteDraft.keep(null);
      const parts = [
        problems > 0 ? formatCount(problems, "problem") : "",
        environments > 0 ? formatCount(environments, "environment") : "",
        tasks > 0 ? formatCount(tasks, "task") : "",
      ].filter((part) => part !== "");
      notifications.show({
        title: parts.length === 0 ? "Nothing new was imported" : "Imported",
        message:
          `${parts.join(", ")}${skipped > 0 ? `${parts.length > 0 ? "; " : ""}${skipped} skipped` : ""}` ||
          "The file held nothing to import.",
        closeButtonProps: { "aria-label": "Close the notification" },
      });
      return { kind: "idle" };
    });
  };

  const close = (): void => {
    if (stage.kind === "reading") stage.abort.abort();
    setStage({ kind: "idle" });
  };

  const onDrag = useEffectEvent((event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(event.type === "dragover" || event.type === "dragenter");
  });
  const onLeave = useEffectEvent((event: DragEvent) => {
    if (event.relatedTarget === null) setOver(false);
  });
  const onDrop = useEffectEvent((event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(false);
    if (stage.kind === "idle" || stage.kind === "pasting" || stage.kind === "failed") fromFiles([...(event.dataTransfer?.files ?? [])]);
  });

  useEffect(() => {
    const drag = (event: DragEvent): void => onDrag(event);
    const leave = (event: DragEvent): void => onLeave(event);
    const drop = (event: DragEvent): void => onDrop(event);
    window.addEventListener("dragenter", drag);
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", drag);
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);

  return { stage, over, fromFiles, fromPaste, apply, close, paste: () => setStage({ kind: "pasting" }) };
}
