import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLocation, useParams } from "wouter";
import { ErrorNotice, PageHeader } from "../components/index.ts";
import { paths } from "../text/index.ts";
import classes from "./share.module.css";
import { SharedContent } from "./shared-content.tsx";
import { useShared } from "./use-shared.ts";

/** A file by choosing, or by dropping it anywhere on the page. */
function FileChooser({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = useEffectEvent(onFile);
  useEffect(() => {
    const drag = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      const file = event.dataTransfer?.files[0];
      setOver(false);
      if (file === undefined) return;
      event.preventDefault();
      take(file);
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return (
    <section className={classes.drop} data-over={over || undefined} aria-label="Shared file">
      <Stack gap="sm" align="center">
        <Text size="sm" maw={520}>
          Drop a file that “Share” saved, or an episode’s JSON or page whose environment is in your library.
        </Text>
        <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => input.current?.click()}>
          Choose a file…
        </Button>
      </Stack>
      <input
        ref={input}
        type="file"
        accept=".json,.html"
        hidden
        aria-label="Shared file to open"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </section>
  );
}

function Opened({ source, onFile }: { source: string | File; onFile: (file: File) => void }) {
  const { reading, stop, again } = useShared(source);
  const what = typeof source === "string" ? "link" : "file";
  if (reading.kind === "read") return <SharedContent key={reading.shared.payload} shared={reading.shared} from={what} />;
  return (
    <>
      <PageHeader title={`Opening a shared ${what}`} />
      {reading.kind === "reading" && (
        <Stack gap="md">
          <Group gap="sm">
            <Text component="output" size="sm">
              Reading the {what}
            </Text>
            <Button size="xs" variant="default" onClick={stop}>
              Stop
            </Button>
          </Group>
          <Skeleton height={260} />
        </Stack>
      )}
      {reading.kind === "stopped" && (
        <Button variant="default" onClick={again}>
          Read the {what}
        </Button>
      )}
      {reading.kind === "failed" && (
        <Stack gap="md">
          <ErrorNotice error={reading.error} title={`This ${what} cannot be opened`} />
          <FileChooser onFile={onFile} />
        </Stack>
      )}
    </>
  );
}

/** `/open` for a file, `/open/:payload` for a link. Opening runs nothing, stores nothing and asks nobody. */
export function OpenPage() {
  const { payload = "" } = useParams<{ payload?: string }>();
  const [, navigate] = useLocation();
  const [file, setFile] = useState<File | null>(null);
  const take = (chosen: File): void => {
    setFile(chosen);
    if (payload !== "") navigate(paths.open);
  };
  // A link that is followed later takes the file's place.
  const source = payload !== "" ? payload : file;
  if (source !== null) return <Opened source={source} onFile={take} />;
  return (
    <>
      <PageHeader
        title="Open a shared file"
        description="What somebody shared from a playground: an environment, a task and perhaps an episode. A link opens by itself."
      />
      <FileChooser onFile={take} />
    </>
  );
}
