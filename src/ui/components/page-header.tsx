import { Anchor, Group, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "./page-header.module.css";

/** The top of a page: way back, the one h1, badges beside it, a sentence, actions. */
export function PageHeader({
  title,
  badges,
  description,
  actions,
  back,
}: {
  title: string;
  badges?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  back?: { href: string; name: string };
}) {
  return (
    <div className={classes.header}>
      {back === undefined ? null : (
        <Anchor component={Link} href={back.href} size="sm" className={classes.back}>
          <IconArrowLeft size={14} aria-hidden />
          {back.name}
        </Anchor>
      )}
      <div className={classes.row}>
        <div className={classes.text}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {badges === undefined ? null : (
            <Group gap={6} mt={6}>
              {badges}
            </Group>
          )}
          {description === undefined ? null : (
            <Text c="dimmed" size="sm" mt={4} maw={680}>
              {description}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  );
}
