import { Stack, Text } from "@mantine/core";
import { useSettings, useSystem } from "@/ui/stores";
import { ErrorNotice, Section } from "../components/index.ts";
import { formatMs } from "../text/index.ts";
import { OptionalNumber } from "./optional-number.tsx";
import { useSave } from "./use-save.ts";

const MAX_WORKERS = 16;

export function PythonSection() {
  const workers = useSettings((state) => state.settings.workers);
  const python = useSystem((state) => state.python);
  const retry = useSystem((state) => state.retryPython);
  const { save } = useSave();
  const cores = Math.min(Math.max(navigator.hardwareConcurrency, 1), MAX_WORKERS);
  return (
    <Section title="Python" id="python" note="Runs isolated from this page: no network, no storage, no keys, whatever the code does.">
      <Stack gap="md">
        <div style={{ maxWidth: 320 }}>
          <OptionalNumber
            label="Interpreters at once"
            none={`Automatic, from ${cores} processor ${cores === 1 ? "core" : "cores"}`}
            value={workers}
            start={Math.min(cores, 4)}
            min={1}
            max={MAX_WORKERS}
            onChange={(value) => save((settings) => ({ ...settings, workers: value }))}
          />
        </div>
        {python.kind === "failed" ? (
          <ErrorNotice error={python.error} title="Python could not be started" onRetry={() => void retry()} />
        ) : null}
        {python.kind === "loading" ? (
          <Text size="sm" c="dimmed">
            {`Starting: ${python.phase}`}
          </Text>
        ) : null}
        {python.kind === "ready" ? (
          <Text size="sm" c="dimmed">
            {`Python ${python.python} (Pyodide ${python.pyodide}), started in ${formatMs(python.bootMs)}${python.snapshot === "used" ? " from the snapshot" : " without a usable snapshot"}. More interpreters are faster and take more memory.`}
          </Text>
        ) : null}
      </Stack>
    </Section>
  );
}
