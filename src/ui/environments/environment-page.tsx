import { Button, Menu, Stack, Tabs } from "@mantine/core";
import { IconChevronDown, IconCubeOff, IconDownload, IconEye, IconPlayerPlayFilled, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useParams } from "wouter";
import type { Environment } from "@/domain";
import { useLibrary, useVerify } from "@/ui/stores";
import {
  type Action,
  EmptyState,
  ErrorNotice,
  Markdown,
  PageHeader,
  PageLoading,
  saveDownload,
  Section,
  ShareButton,
  StatusBadge,
  useAction,
  useFocusNext,
} from "../components/index.ts";
import { paths } from "../text/index.ts";
import classes from "./environment-page.module.css";
import { ProvenanceTab } from "./provenance-tab.tsx";
import { RejectedNotice } from "./rejected-notice.tsx";
import { ReportTab } from "./report-tab.tsx";
import { MissingSource, SourceTab } from "./source-tab.tsx";
import { TasksTab } from "./tasks-tab.tsx";
import { ToolsTab } from "./tools-tab.tsx";
import { VerifyProgress } from "./verify-progress.tsx";

function Actions({ environment, action }: { environment: Environment; action: Action }) {
  const exportInstances = useLibrary((state) => state.exportInstances);
  const exportArchive = useLibrary((state) => state.exportArchive);
  const exportEnvironmentFile = useLibrary((state) => state.exportEnvironmentFile);
  const verify = useVerify((state) => state.verify);
  const verifying = useVerify((state) => state.running);
  const focusNext = useFocusNext();
  const { id } = environment;
  const playable = environment.source !== "" && environment.tasks.length > 0;
  return (
    <>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={environment.source === ""}
            onClick={() => action.run(async () => saveDownload(await exportEnvironmentFile(id)))}
          >
            Environment (.py)
          </Menu.Item>
          <Menu.Item
            disabled={environment.tasks.length === 0}
            onClick={() => action.run(async () => saveDownload(await exportInstances([id])))}
          >
            Training instances (.jsonl)
          </Menu.Item>
          <Menu.Item onClick={() => action.run(async () => saveDownload(await exportArchive([id])))}>Both with the report (.zip)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {environment.source === "" ? null : (
        <ShareButton
          wish={{
            environmentId: id,
            config: (environment.tasks.find((task) => task.kept) ?? environment.tasks[0])?.config ?? "{}",
            episodeId: null,
          }}
          label="Share"
          prominent
        />
      )}
      <Button
        variant={environment.status === "unverified" ? "filled" : "default"}
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        disabled={environment.source === "" || verifying}
        onClick={() => {
          action.run(() => verify([id]));
          focusNext("verifying");
        }}
      >
        {environment.status === "unverified" ? "Verify" : "Verify again"}
      </Button>
      {playable ? (
        <>
          <Button
            variant="default"
            component={Link}
            href={paths.playEnvironment(id, { watch: true })}
            leftSection={<IconEye size={16} aria-hidden />}
          >
            Watch the solver
          </Button>
          {/* Play is what to do next with a verified one only; what was rejected is played at one's own risk. */}
          <Button
            variant={environment.status === "verified" ? "filled" : "default"}
            component={Link}
            href={paths.playEnvironment(id)}
            leftSection={<IconPlayerPlayFilled size={15} aria-hidden />}
          >
            {environment.status === "rejected" ? "Play anyway" : "Play"}
          </Button>
        </>
      ) : null}
    </>
  );
}

const TABS = ["task", "tools", "source", "tests", "report", "provenance"] as const;
type TabName = (typeof TABS)[number];

function EnvironmentDetail({ environment }: { environment: Environment }) {
  const action = useAction();
  const verifyingThis = useVerify((state) => state.jobs.some((job) => job.environmentId === environment.id));
  const [tab, setTab] = useState<TabName>("task");
  const [line, setLine] = useState<number | null>(null);

  const reveal = (wanted: number): void => {
    setTab("source");
    setLine(wanted);
  };
  const title: Record<TabName, string> = {
    task: "Task",
    // None are known before Python has read the source: that is not 0.
    tools: environment.tools.length === 0 ? "Tools" : `Tools ${environment.tools.length}`,
    source: "Source",
    tests: environment.tasks.length === 0 && environment.status === "unverified" ? "Tasks" : `Tasks ${environment.tasks.length}`,
    report: "Report",
    provenance: "Provenance",
  };
  return (
    <>
      <PageHeader
        title={environment.className}
        back={{ href: paths.environments, name: "Environments" }}
        badges={
          <>
            <StatusBadge status={environment.status} />
            <span className={classes.codeIdHead}>{environment.codeId}</span>
          </>
        }
        actions={<Actions environment={environment} action={action} />}
      />
      <Stack gap="md">
        {action.error === null ? null : <ErrorNotice error={action.error} />}
        {environment.source === "" ? <MissingSource environment={environment} /> : null}
        {verifyingThis ? <VerifyProgress /> : null}
        <RejectedNotice environment={environment} onReport={() => setTab("report")} />
        <Tabs
          value={tab}
          onChange={(value) => {
            setTab(TABS.find((name) => name === value) ?? "task");
            setLine(null);
          }}
          keepMounted={false}
        >
          <Tabs.List className={classes.tabs ?? ""} mb="md">
            {TABS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {title[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="task">
            <Section title="Task text" note="What an agent is told. The data stays behind the tools.">
              <Markdown text={environment.taskText === "" ? "_This environment came without a task text._" : environment.taskText} />
            </Section>
          </Tabs.Panel>
          <Tabs.Panel value="tools">
            <ToolsTab tools={environment.tools} onLine={environment.source === "" ? undefined : reveal} />
          </Tabs.Panel>
          <Tabs.Panel value="source">
            <SourceTab environment={environment} line={line} onLine={setLine} />
          </Tabs.Panel>
          <Tabs.Panel value="tests">
            <TasksTab environment={environment} />
          </Tabs.Panel>
          <Tabs.Panel value="report">
            <ReportTab environment={environment} onLine={reveal} />
          </Tabs.Panel>
          <Tabs.Panel value="provenance">
            <ProvenanceTab environment={environment} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}

export function EnvironmentPage() {
  const { id } = useParams<{ id: string }>();
  const load = useLibrary((state) => state.load);
  const environment = useLibrary((state) => state.environments.find((item) => item.id === id));
  if (environment !== undefined) return <EnvironmentDetail key={environment.id} environment={environment} />;
  if (load.status === "loading") return <PageLoading title="Environment" />;
  return (
    <>
      <PageHeader title="Environment not found" back={{ href: paths.environments, name: "Environments" }} />
      {load.status === "failed" ? (
        <ErrorNotice error={load.error} title="The library could not be read" />
      ) : (
        <EmptyState
          icon={<IconCubeOff stroke={1.5} />}
          title="It is not on this device"
          action={
            <Button component={Link} href={paths.environments}>
              See all environments
            </Button>
          }
        >
          Environments are kept in each browser on its own. It may have been removed, or belong to another browser.
        </EmptyState>
      )}
    </>
  );
}
