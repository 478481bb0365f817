import { Badge, Text } from "@mantine/core";
import type { Problem } from "@/domain";

const ORIGIN: Record<Problem["origin"], string> = { bundled: "Bundled", imported: "Imported", own: "Own" };

export function ProblemBadges({ problem }: { problem: Problem }) {
  return (
    <>
      {problem.kind === undefined ? null : <Badge color="iris">{problem.kind}</Badge>}
      {problem.subset === undefined ? null : (
        <Badge color="gray" maw={180}>
          {problem.subset}
        </Badge>
      )}
      <Text size="xs" c="dimmed" component="span">
        {ORIGIN[problem.origin]}
      </Text>
    </>
  );
}
