import { Alert, Badge, Button, Code, Group, List, Loader, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { type ConnectionCause, type ConnectionReport, type ErrorData, errorData, isAbort, type ModelProfile } from "@/domain";
import type { KeyStatus } from "@/state";
import { useSettings } from "@/ui/stores";
import { ErrorNotice } from "../components/index.ts";
import classes from "./check-connection.module.css";

const CERTAINTY = { certain: "Certain", likely: "Likely", possible: "Possible" } as const;
const REPLY_SHOWN = 400;

type Good = Extract<ConnectionReport, { ok: true }>;
type Bad = Extract<ConnectionReport, { ok: false }>;

function Answer({ report }: { report: Good }) {
  return (
    <Alert role="note" color="green" icon={<IconCheck aria-hidden />} title="It answers">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {report.summary}
      </Text>
      {report.reply.trim() === "" ? null : (
        <Text size="sm" mt={4} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {`“${report.reply.length > REPLY_SHOWN ? `${report.reply.slice(0, REPLY_SHOWN)}…` : report.reply.trim()}”`}
        </Text>
      )}
    </Alert>
  );
}

function Cause({
  cause,
  streaming,
  onName,
  onStopStreaming,
}: {
  cause: ConnectionCause;
  streaming: boolean;
  onName: (name: string) => void;
  onStopStreaming: () => void;
}) {
  return (
    <Stack gap={4} align="flex-start">
      <Group gap={8}>
        <Text size="sm" fw={600}>
          {cause.title}
        </Text>
        <Badge variant="outline" color={cause.certainty === "certain" ? "red" : "gray"}>
          {CERTAINTY[cause.certainty]}
        </Badge>
      </Group>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {cause.todo}
      </Text>
      {cause.detail === undefined ? null : (
        <Code block className={classes.detail}>
          {cause.detail}
        </Code>
      )}
      {cause.names === undefined || cause.names.length === 0 ? null : (
        <fieldset className={classes.names} aria-label="Nearest names">
          {cause.names.map((name) => (
            <Button key={name} size="xs" variant="default" className={classes.nameButton} onClick={() => onName(name)}>
              {name}
            </Button>
          ))}
        </fieldset>
      )}
      {cause.code === "stream-unverified" && streaming ? (
        <Button size="xs" variant="default" mt={4} onClick={onStopStreaming}>
          Switch streaming off
        </Button>
      ) : null}
    </Stack>
  );
}

function Causes({ report, ...actions }: { report: Bad; streaming: boolean; onName: (name: string) => void; onStopStreaming: () => void }) {
  const several = report.causes.length > 1;
  return (
    <Alert color="red" icon={<IconPlugConnectedX aria-hidden />} title="The connection does not work">
      {report.causes.length === 1 && report.causes[0]?.title === report.summary ? null : (
        <Text size="sm" mb="sm" style={{ overflowWrap: "anywhere" }}>
          {report.summary}
        </Text>
      )}
      {several ? (
        <Text size="sm" mb="sm">
          What can be the cause, the likeliest first:
        </Text>
      ) : null}
      <List
        type={several ? "ordered" : "unordered"}
        listStyleType={several ? "decimal" : "none"}
        spacing="sm"
        size="sm"
        className={several ? classes.causes : undefined}
      >
        {report.causes.map((cause) => (
          <List.Item key={cause.code}>
            <Cause cause={cause} {...actions} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** All that a check depends on, as far as the page may know it. */
function askedWith(
  { id, provider, baseUrl, api, model, streaming, temperature, maxOutputTokens, effort }: ModelProfile,
  keyStatus: KeyStatus,
): string {
  return JSON.stringify([id, provider, baseUrl, api, model, streaming, temperature, maxOutputTokens, effort, keyStatus]);
}

type Checked = { of: string } & (
  { status: "checking" } | { status: "done"; report: ConnectionReport } | { status: "failed"; error: ErrorData }
);

/** One tiny request with the profile as it is set. What came out is shown until the profile is another. */
export function CheckConnection({ profile, missing }: { profile: ModelProfile; missing: string | null }) {
  const check = useSettings((state) => state.check);
  const changeProfile = useSettings((state) => state.changeProfile);
  const keyStatus = useSettings((state) => state.keys[profile.id] ?? "none");
  const [checked, setChecked] = useState<Checked | null>(null);
  const abort = useRef<AbortController | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const of = askedWith(profile, keyStatus);
  const shown = checked !== null && (checked.of === of || checked.status === "checking") ? checked : null;
  const busy = shown?.status === "checking";

  const perform = async (as: string, signal: AbortSignal): Promise<void> => {
    setChecked({ of: as, status: "checking" });
    // Another one may have been started since.
    const show = (next: Checked | null): void => {
      if (abort.current?.signal === signal) setChecked(next);
    };
    try {
      show({ of: as, status: "done", report: await check(profile.id, signal) });
    } catch (error) {
      show(isAbort(error) ? null : { of: as, status: "failed", error: errorData(error) });
    }
  };
  const start = (as: string): void => {
    abort.current?.abort();
    abort.current = new AbortController();
    void perform(as, abort.current.signal);
  };
  /** The button that was pressed goes away with the report: the focus goes to the one that stays. */
  const mend = async (change: Partial<Omit<ModelProfile, "id">>): Promise<void> => {
    button.current?.focus();
    try {
      await changeProfile(profile.id, change);
      start(askedWith({ ...profile, ...change }, keyStatus));
    } catch (error) {
      setChecked({ of, status: "failed", error: errorData(error) });
    }
  };
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button
          ref={button}
          variant="default"
          miw={180}
          leftSection={busy ? <Loader size={16} aria-hidden /> : <IconPlugConnected size={16} aria-hidden />}
          disabled={missing !== null && !busy}
          onClick={() => (busy ? abort.current?.abort() : start(of))}
        >
          {busy ? "Cancel" : "Check connection"}
        </Button>
        <Text size="xs" c="dimmed">
          {missing ?? "Sends one tiny request."}
        </Text>
      </Group>
      <output className={classes.report}>
        {busy ? <VisuallyHidden>Checking the connection</VisuallyHidden> : null}
        {shown?.status === "done" && shown.report.ok ? <Answer report={shown.report} /> : null}
      </output>
      {shown?.status === "done" && !shown.report.ok ? (
        <Causes
          report={shown.report}
          streaming={profile.streaming}
          onName={(model) => void mend({ model })}
          onStopStreaming={() => void mend({ streaming: false })}
        />
      ) : null}
      {shown?.status === "failed" ? <ErrorNotice error={shown.error} title="The check itself failed" onRetry={() => start(of)} /> : null}
    </Stack>
  );
}
