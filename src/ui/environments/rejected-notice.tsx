import { Alert, Button, Text } from "@mantine/core";
import { IconCircleX } from "@tabler/icons-react";
import { type Environment, gateReason } from "@/domain";

/** Why an environment is not to be trusted, before anybody plays it. Nothing for the others. */
export function RejectedNotice({ environment, onReport }: { environment: Environment; onReport: () => void }) {
  if (environment.status !== "rejected") return null;
  const failed = environment.report?.gates.find(({ passed }) => !passed);
  return (
    <Alert color="red" icon={<IconCircleX aria-hidden />} title="This environment was rejected">
      {failed === undefined ? null : (
        <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
          {gateReason(failed)}
        </Text>
      )}
      <Text size="sm" mt={4}>
        It may stop in the middle, or pay for a wrong answer: what is played in it proves nothing.
      </Text>
      <Button size="xs" variant="default" mt="xs" onClick={onReport}>
        See the report
      </Button>
    </Alert>
  );
}
