import { Button, Group, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Ranked, RunView } from "@/domain";
import { formatCount, paths } from "../text/index.ts";
import classes from "./outcome-panel.module.css";
import { writerOf } from "./writer.ts";

/** The run's other verified environments, best first. */
export function AlsoVerified({ view, others }: { view: RunView; others: readonly Ranked[] }) {
  if (others.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} id="also-verified">
        Also verified
      </Text>
      <ul className={classes.others} aria-labelledby="also-verified">
        {others.map(({ candidate, standing }) => (
          <li key={candidate.candidate} className={classes.other}>
            <div className={classes.otherText}>
              <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
                {candidate.className}
              </Text>
              <Text size="xs" c="dimmed">
                {`${standing.inWindow} of ${formatCount(standing.tests, "test")} as training tasks · ${formatCount(standing.tools, "tool")} · by ${writerOf(view, candidate)}`}
              </Text>
            </div>
            {candidate.environmentId === null ? null : (
              <Group gap="xs">
                <Button
                  component={Link}
                  href={paths.playEnvironment(candidate.environmentId)}
                  size="xs"
                  variant="default"
                  aria-label={`Play candidate ${candidate.candidate + 1}`}
                >
                  Play
                </Button>
                <Button
                  component={Link}
                  href={paths.environment(candidate.environmentId)}
                  size="xs"
                  variant="default"
                  aria-label={`Open candidate ${candidate.candidate + 1}`}
                >
                  Open
                </Button>
              </Group>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
