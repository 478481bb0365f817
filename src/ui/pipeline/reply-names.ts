import type { ReplyView, Role } from "@/domain";

export const ROLE_LABEL: Record<Role, string> = { designer: "Designer", tester: "Tester", solver: "Solver" };

/** "Solver 3", "Designer 1, repair 1". */
export function replyName(reply: Pick<ReplyView, "role" | "sample" | "attempt">): string {
  return `${ROLE_LABEL[reply.role]} ${reply.sample + 1}${reply.attempt > 0 ? `, repair ${reply.attempt}` : ""}`;
}

/** The key under which the store keeps the text so far of a reply under way. */
export function streamKeyOf(reply: Pick<ReplyView, "key" | "candidate">): string {
  return `${reply.key}@${reply.candidate ?? ""}`;
}
