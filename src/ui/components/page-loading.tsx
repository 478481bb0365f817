import { Skeleton, Stack } from "@mantine/core";
import { PageHeader } from "./page-header.tsx";
import classes from "./page-loading.module.css";

/** A page whose content is still read. It shows only when that takes long enough to be noticed. */
export function PageLoading({ title }: { title: string }) {
  return (
    <div className={classes.late}>
      <PageHeader title={title} />
      <Stack gap="md" aria-busy>
        <Skeleton height={220} radius="lg" />
        <Skeleton height={120} radius="lg" />
      </Stack>
    </div>
  );
}
