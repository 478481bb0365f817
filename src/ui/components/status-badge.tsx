import { Badge } from "@mantine/core";
import { IconCircleDashed, IconCircleX, IconRosetteDiscountCheck } from "@tabler/icons-react";
import type { Environment } from "@/domain";

/** "Verified" is said only of an environment whose proof was made here. */
export function StatusBadge({ status }: { status: Environment["status"] }) {
  switch (status) {
    case "verified":
      return (
        <Badge color="green" leftSection={<IconRosetteDiscountCheck size={13} aria-hidden />}>
          Verified
        </Badge>
      );
    case "rejected":
      return (
        <Badge color="red" leftSection={<IconCircleX size={13} aria-hidden />}>
          Rejected
        </Badge>
      );
    case "unverified":
      return (
        <Badge color="gray" leftSection={<IconCircleDashed size={13} aria-hidden />}>
          Unverified
        </Badge>
      );
  }
}
