import { z } from "zod";
import { compilationSchema, compileChoicesSchema, NO_CHOICES, synthesizerSchema } from "./compilation.ts";
import type { LogFormat } from "./event-log.ts";
import { environmentIdSchema, runIdSchema } from "./ids.ts";
import { limitsSchema } from "./limits.ts";
import { modelReplySchema, modelRequestSchema, replyFormSchema, roleSchema } from "./model.ts";
import { costSchema, usageSchema } from "./money.ts";
import { problemSchema } from "./problem.ts";
import { promptEditsSchema } from "./settings.ts";
import { toolSchema } from "./tool.ts";
import { cellSchema, findingSchema, gateResultSchema, reportSchema, testResultSchema } from "./report.ts";

/**
 * A run is its event log: progress, resume, the report and the log on the screen are all read from these
 * events, in the order in which they were stored. `candidate` numbers environment candidates from 0 (a repair
 * is a new candidate), `solver` numbers solver candidates of one environment candidate from 0.
 */
export const errorDataSchema = z.object({
  name: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  retryable: z.boolean(),
});

const replyPlace = { role: roleSchema, sample: z.number().int(), attempt: z.number().int(), candidate: z.number().int().nullable() };

const runEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("run-started"),
    problem: problemSchema,
    limits: limitsSchema,
    /** Whose replies they are, for people: one label, or one for each role. */
    model: z.string(),
    recorded: z.boolean(),
    /** How designers were asked to write. */
    form: replyFormSchema.default("full"),
    /** Nothing was to be taken from replies that other runs paid for. */
    fresh: z.boolean().default(false),
    synthesizer: synthesizerSchema.default("model"),
    choices: compileChoicesSchema.default(NO_CHOICES),
    promptVersions: z.record(roleSchema, z.string()),
    /** What the person had edited of the prompts; null in logs of before it was kept. */
    prompts: promptEditsSchema.nullable().default(null),
  }),
  z.object({ type: z.literal("run-resumed"), model: z.string() }),
  z.object({ type: z.literal("reply-requested"), ...replyPlace, request: modelRequestSchema }),
  z.object({ type: z.literal("reply-received"), ...replyPlace, reply: modelReplySchema }),
  /** `cost`, `usage`: of a reply that was paid for and is of no use (refused, empty). */
  z.object({
    type: z.literal("reply-failed"),
    ...replyPlace,
    error: errorDataSchema,
    cost: costSchema.nullable().default(null),
    usage: usageSchema.nullable().default(null),
  }),
  /** A request that no reply will come of any more (the page was closed, the run was stopped), with what it is taken to have cost. */
  z.object({ type: z.literal("reply-cut"), ...replyPlace, cost: costSchema, usage: usageSchema.nullable() }),
  /** What the built-in compiler made of the solution, or why it makes nothing of it. */
  z.object({ type: z.literal("solution-compiled"), compilation: compilationSchema, ms: z.number() }),
  /** A reply could be cut into its parts: gate "format" passed. */
  z.object({
    type: z.literal("candidate-parsed"),
    candidate: z.number().int(),
    repairOf: z.number().int().nullable(),
    className: z.string(),
    taskText: z.string(),
    source: z.string(),
    /** What a compact reply said before the rest of the file was put around it; `lines[i]`: its line that became line i + 1 (0: none). */
    compact: z
      .object({ source: z.string(), lines: z.array(z.number().int()) })
      .nullable()
      .default(null),
    /** Which of the compiler's variants it is; null: a model wrote it. */
    variant: z.number().int().nullable().default(null),
  }),
  z.object({
    type: z.literal("candidate-inspected"),
    candidate: z.number().int(),
    tools: z.array(toolSchema),
    configs: z.array(z.string()),
  }),
  z.object({
    type: z.literal("tests-proposed"),
    candidate: z.number().int(),
    configs: z.array(z.string()),
    findings: z.array(findingSchema),
  }),
  z.object({ type: z.literal("test-decided"), candidate: z.number().int(), test: testResultSchema }),
  z.object({
    type: z.literal("solver-proposed"),
    candidate: z.number().int(),
    solver: z.number().int(),
    sample: z.number().int(),
    attempt: z.number().int(),
    source: z.string(),
    findings: z.array(findingSchema),
  }),
  z.object({ type: z.literal("cell-decided"), candidate: z.number().int(), cell: cellSchema }),
  z.object({
    type: z.literal("solver-decided"),
    candidate: z.number().int(),
    solver: z.number().int(),
    solvedAll: z.boolean(),
    proven: z.boolean(),
  }),
  z.object({ type: z.literal("gate-decided"), candidate: z.number().int(), result: gateResultSchema }),
  z.object({ type: z.literal("candidate-rejected"), candidate: z.number().int(), report: reportSchema }),
  z.object({
    type: z.literal("candidate-verified"),
    candidate: z.number().int(),
    environmentId: environmentIdSchema,
    report: reportSchema,
  }),
  /** The person wants one more repair of a rejected candidate, past the configured number. */
  z.object({ type: z.literal("repair-requested"), candidate: z.number().int() }),
  z.object({ type: z.literal("sandbox-noticed"), message: z.string() }),
  z.object({ type: z.literal("run-finished"), outcome: z.enum(["verified", "rejected"]) }),
  z.object({ type: z.literal("run-cancelled") }),
  z.object({ type: z.literal("run-failed"), error: errorDataSchema }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

export const RUN_LOG: LogFormat<RunEvent> = { name: "run", version: 1, schema: runEventSchema, upgrades: {} };

export const storedRunEventSchema = z.object({
  runId: runIdSchema,
  seq: z.number().int(),
  at: z.number(),
  event: runEventSchema,
});
export type StoredRunEvent = z.infer<typeof storedRunEventSchema>;
