import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconDownload, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { memo } from "react";
import { useLocation } from "wouter";
import type { EvaluationId, EvaluationPlan, EvaluationView } from "@/domain";
import { useEvaluations } from "@/ui/stores";
import { ConfirmButton, ErrorNotice, PageHeader, saveDownload, useAction } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { sizeSentence } from "./plan/plan.ts";
import { standingOf } from "./texts.ts";

function ExportMenu({ id, empty }: { id: EvaluationId; empty: boolean }) {
  const exportInstances = useEvaluations((state) => state.exportInstances);
  const exportTable = useEvaluations((state) => state.exportTable);
  const exportResults = useEvaluations((state) => state.exportResults);
  const action = useAction();
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button
            variant="default"
            disabled={empty}
            loading={action.busy}
            leftSection={<IconDownload size={16} aria-hidden />}
            rightSection={<IconChevronDown size={13} aria-hidden />}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => action.run(async () => saveDownload(await exportInstances(id, null)))}>
            Training instances with scores (.jsonl)
          </Menu.Item>
          <Menu.Item onClick={() => action.run(async () => saveDownload(await exportTable(id)))}>Every try (.csv)</Menu.Item>
          <Menu.Item onClick={() => action.run(async () => saveDownload(await exportResults(id)))}>Plan and results (.json)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The export failed" />}
    </>
  );
}

type Props = {
  id: EvaluationId;
  plan: EvaluationPlan;
  status: EvaluationView["status"];
  capped: boolean;
  empty: boolean;
  active: boolean;
  lockedElsewhere: boolean;
};

/** What is measured, how it stands, and what can be done with it. Not made again with each try that ends. */
export const EvaluationHeader = memo(function EvaluationHeader({ id, plan, status, capped, empty, active, lockedElsewhere }: Props) {
  const [, navigate] = useLocation();
  const pause = useEvaluations((state) => state.pause);
  const resume = useEvaluations((state) => state.resume);
  const remove = useEvaluations((state) => state.remove);
  const action = useAction();
  const { label, color } = standingOf(status, { active, lockedElsewhere, capped });
  return (
    <>
      <PageHeader
        title={plan.title}
        back={{ href: paths.evaluate, name: "All evaluations" }}
        badges={<Badge color={color}>{label}</Badge>}
        description={sizeSentence(plan)}
        actions={
          <Group gap="xs">
            {active ? (
              <Button variant="default" leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => pause(id)}>
                Pause
              </Button>
            ) : null}
            {!active && !lockedElsewhere && status !== "finished" ? (
              <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => action.run(() => resume(id))}>
                Resume
              </Button>
            ) : null}
            <ExportMenu id={id} empty={empty} />
            <ConfirmButton
              disabled={lockedElsewhere}
              title="Remove this evaluation?"
              question="Its results and the traces of its episodes are removed from this device. What was paid for stays in the books."
              confirm="Remove"
              onConfirm={async () => {
                await remove(id);
                navigate(paths.evaluate);
              }}
            >
              {active ? "Cancel" : "Remove"}
            </ConfirmButton>
          </Group>
        }
      />
      {lockedElsewhere ? (
        <Text size="sm" mb="sm">
          Another tab is driving this evaluation. What it finds appears here too; pause or resume it over there.
        </Text>
      ) : null}
      {action.error === null ? null : <ErrorNotice error={action.error} />}
    </>
  );
});

/** A cap of its own, or one of the settings. */
export function isCapped({ error }: Pick<EvaluationView, "error">): boolean {
  return error?.code === "capped" || error?.code === "cap-reached";
}

/** Whether anything of it costs money, or may. */
export function isPriced(view: EvaluationView): boolean {
  return (
    view.plan?.players.some(({ kind }) => kind === "model") === true ||
    [...view.results.values()].some(({ usd, unknownCosts }) => usd > 0 || unknownCosts > 0)
  );
}
