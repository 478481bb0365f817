import { Button, Group, NumberInput, Paper, Progress, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { evaluationProgress, type EvaluationId, type EvaluationPlan, type EvaluationView, scoreOf } from "@/domain";
import { useEvaluations } from "@/ui/stores";
import { ErrorNotice, useAction, useNow } from "../components/index.ts";
import { formatMs } from "../text/index.ts";
import classes from "./evaluate.module.css";
import { isCapped, isPriced } from "./evaluation-header.tsx";
import { FailureList } from "./failure-list.tsx";
import { numberOf } from "./plan/number-of.ts";
import { costText, leftText, tokensText } from "./texts.ts";

/** Of what stopped it: a cap can be raised here. */
function Halted({ id, view, plan }: { id: EvaluationId; view: EvaluationView; plan: EvaluationPlan }) {
  const resume = useEvaluations((state) => state.resume);
  const [usd, setUsd] = useState<number | null>(plan.caps.usd);
  const [tokens, setTokens] = useState<number | null>(plan.caps.tokens);
  const action = useAction();
  if (view.error === null) return null;
  const again = (): void => action.run(() => resume(id, { caps: { usd, tokens } }));
  return (
    <ErrorNotice
      error={view.error}
      title={isCapped(view) ? "Stopped at a cap" : "It could not continue"}
      {...(isCapped(view) ? {} : { onRetry: again })}
    >
      {view.error.code === "capped" ? (
        <Group gap="xs" align="flex-end">
          <NumberInput
            size="xs"
            w={130}
            label="Cap in US dollars"
            placeholder="none"
            prefix="$"
            min={0}
            decimalScale={4}
            value={usd ?? ""}
            onChange={(value) => setUsd(numberOf(value))}
          />
          <NumberInput
            size="xs"
            w={150}
            label="Cap in tokens"
            placeholder="none"
            min={0}
            allowDecimal={false}
            thousandSeparator=" "
            value={tokens ?? ""}
            onChange={(value) => setTokens(numberOf(value))}
          />
          <Button size="xs" onClick={again}>
            Raise and resume
          </Button>
        </Group>
      ) : null}
    </ErrorNotice>
  );
}

/** How far it is, how long it takes, what it has cost. */
export function ProgressPanel({ id, view, plan, live }: { id: EvaluationId; view: EvaluationView; plan: EvaluationPlan; live: boolean }) {
  const now = useNow(live);
  const resume = useEvaluations((state) => state.resume);
  const retry = useAction();
  const { done, total, msLeft } = evaluationProgress(view, now);
  const all = scoreOf(plan, [...view.results.values()]);
  const elapsed = live && view.resumedAt !== null ? formatMs(Math.max(0, now - view.resumedAt)) : null;
  const caps = [
    ...(plan.caps.usd === null ? [] : [`cap $${plan.caps.usd}`]),
    ...(plan.caps.tokens === null ? [] : [`cap ${plan.caps.tokens.toLocaleString("en")} tokens`]),
  ];
  return (
    <Paper withBorder p="md">
      <Stack gap={8}>
        <Group justify="space-between" gap="xs">
          <Text size="sm" className={classes.tabular}>
            <b>{done.toLocaleString("en")}</b> {`of ${total.toLocaleString("en")} episodes`}
          </Text>
          <Text size="sm" c="dimmed" className={classes.tabular}>
            {[elapsed, live ? leftText(msLeft) : null].filter((part) => part !== null && part !== "").join(", ")}
          </Text>
        </Group>
        <Progress value={(done / Math.max(1, total)) * 100} aria-label="Episodes that have ended" />
        {isPriced(view) ? (
          <Text size="sm" c="dimmed" className={classes.tabular}>
            {[`Cost ${costText(all)}`, ...(all.inputTokens + all.outputTokens === 0 ? [] : [`tokens ${tokensText(all)}`]), ...caps].join(
              " · ",
            )}
          </Text>
        ) : null}
        <FailureList view={view} plan={plan} onRetry={live || view.error !== null ? null : () => retry.run(() => resume(id))} />
        {retry.error === null ? null : <ErrorNotice error={retry.error} title="The episodes could not be taken up again" />}
        {live ? null : <Halted key={view.lastSeq} id={id} view={view} plan={plan} />}
      </Stack>
    </Paper>
  );
}
