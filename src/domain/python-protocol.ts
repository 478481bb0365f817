import { z } from "zod";
import { compilationSchema, compileChoicesSchema } from "./compilation.ts";
import { jsonSchema } from "./json.ts";
import { findingSchema } from "./report.ts";
import { toolSchema } from "./tool.ts";
import { stateSchema, traceStepSchema } from "./trace.ts";

/**
 * The calls that the Python package in `src/python/codegym_sandbox` answers: parameters go in as ASCII JSON,
 * results come out as ASCII JSON and are parsed by these schemas. One table, from which the client's types
 * are derived. Methods under "analysis" only read source; the others run judged code.
 */
const inspectionSchema = z.object({
  className: z.string(),
  tools: z.array(toolSchema),
  /** Class docstring or module docstring: the task text of an imported environment. */
  docstring: z.string(),
  findings: z.array(findingSchema),
  /** Configurations in string literals `<Name>Env@{…}` of the file. */
  configs: z.array(z.string()),
  /** The numbers of its tools, or its tools themselves, show only when it runs (`read_mapping`). */
  computed: z.boolean(),
});
export type Inspection = z.infer<typeof inspectionSchema>;

const playStateSchema = z.object({
  reward: z.number(),
  finished: z.boolean(),
  state: stateSchema.nullable(),
});

const playedStepSchema = z.object({
  ok: z.boolean(),
  observation: z.string(),
  raised: z.object({ type: z.string(), message: z.string() }).nullable(),
  reward: z.number(),
  finished: z.boolean(),
  state: stateSchema.nullable(),
});
export type PlayedStep = z.infer<typeof playedStepSchema>;

const solveSchema = z.object({
  reward: z.number(),
  finished: z.boolean(),
  rounds: z.number().int(),
  ms: z.number(),
  peakBytes: z.number(),
  trace: z.array(traceStepSchema),
  /** Hidden state before the first and after each step; empty unless asked for. */
  states: z.array(stateSchema),
});
export type SolveResult = z.infer<typeof solveSchema>;

export const pythonMethods = {
  /**
   * analysis: the whole file made of a compact reply; "" with an error among the findings. `lines[i]` is the reply's
   * line (1-based) for line i + 1 of `source`, 0 for what the app wrote; findings count in the reply's lines.
   */
  assemble: {
    params: z.object({ source: z.string() }),
    result: z.object({
      source: z.string(),
      className: z.string(),
      findings: z.array(findingSchema),
      lines: z.array(z.number().int()),
    }),
  },
  /** analysis: contract of an environment's source (gate 2), its tools and configurations. `started`: from `read_mapping` */
  inspect_environment: {
    params: z.object({
      source: z.string(),
      className: z.string().nullable(),
      started: z.record(z.string(), z.boolean()).nullable().default(null),
    }),
    result: inspectionSchema,
  },
  /** analysis: `solve` cut out of any source, made self-contained, and checked (gate 5) */
  inspect_solver: {
    params: z.object({ source: z.string() }),
    result: z.object({ solver: z.string().nullable(), findings: z.array(findingSchema) }),
  },
  /** analysis: the environment's source with its `solve` replaced */
  insert_solver: {
    params: z.object({ source: z.string(), className: z.string(), solver: z.string() }),
    result: z.object({ source: z.string() }),
  },
  /** analysis: canonical text of the `answer` that each action carries; null when it is not a `Done` */
  done_answers: {
    params: z.object({ actions: z.array(z.string()) }),
    result: z.object({ answers: z.array(z.string().nullable()) }),
  },
  /** analysis: for each canonical answer four actions that call `Done` with a wrong one, of its own type and of others */
  wrong_actions: {
    params: z.object({ answers: z.array(z.string()) }),
    result: z.object({ actions: z.array(z.array(z.string())) }),
  },
  /** runs the solution: cuts it up into environments with solvers and configurations */
  compile_problem: {
    params: z.object({
      statement: z.string(),
      solution: z.string(),
      entryPoint: z.string().nullable(),
      options: z.object({
        seed: z.number().int(),
        deadlineMs: z.number(),
        answerChars: z.number().int(),
        minRounds: z.number().int(),
        maxRounds: z.number().int(),
        ...compileChoicesSchema.shape,
      }),
      /** A row's own assertions (`check(candidate)`): the arguments they use become configurations. */
      test: z.string().nullable(),
    }),
    result: compilationSchema,
  },
  /** runs a row's assertions on a compiled environment's reference answers; `failure` null: all hold */
  check_reference: {
    params: z.object({
      test: z.string(),
      solution: z.string(),
      entryPoint: z.string(),
      source: z.string(),
      className: z.string(),
      shape: jsonSchema,
    }),
    result: z.object({ asked: z.number().int(), failure: z.string().nullable() }),
  },
  /** runs the module as `__main__` (gate 3) */
  run_main: {
    params: z.object({ source: z.string() }),
    result: z.object({ output: z.string(), ms: z.number(), peakBytes: z.number() }),
  },
  /** runs the module and keeps the class for the calls below; forgets a loaded solver */
  load_environment: {
    params: z.object({ source: z.string(), className: z.string() }),
    result: z.object({}),
  },
  /** `func_mapping` of a started instance: each tool, and whether its code is a whole number. Null: no configuration. */
  read_mapping: {
    params: z.object({ config: z.string().nullable() }),
    result: z.object({ tools: z.record(z.string(), z.boolean()) }),
  },
  load_solver: { params: z.object({ solver: z.string() }), result: z.object({}) },
  /** canonical reference answer of a new instance; `peakBytes` is 0 unless memory is traced, which is slow */
  reference_answer: {
    params: z.object({ config: z.string(), answerChars: z.number(), memory: z.boolean() }),
    result: z.object({ answer: z.string(), ms: z.number(), peakBytes: z.number() }),
  },
  /** a new instance and the loaded solver */
  solve: {
    params: z.object({
      config: z.string(),
      maxSteps: z.number().int(),
      trace: z.boolean(),
      states: z.boolean(),
      memory: z.boolean(),
    }),
    result: solveSchema,
  },
  /** the loaded solver, with no environment, plays a recorded episode; it gets each observation for the action that
   * earns it. Which actions does it send, up to one more than there are observations? */
  feed: {
    params: z.object({ steps: z.array(z.object({ ok: z.boolean(), observation: z.string() })) }),
    result: z.object({ actions: z.array(z.string()) }),
  },
  /**
   * A new instance of the loaded environment, to be stepped. Players and the proof come this way, so that no environment can
   * tell one from the other. `look`: reward and end are read at once, as play does; without, as trainers do, only in the end,
   * and what is answered before says nothing of them (reward 0, not finished, no state).
   */
  start: {
    params: z.object({ config: z.string(), state: z.boolean(), look: z.boolean().default(true) }),
    result: playStateSchema,
  },
  /**
   * Answers the first of the actions: up to the one that ends the episode, or until there is too much to send. `raised`: the
   * environment raised instead of answering; the episode goes on. Without `look` reward and end are read after the last one
   * only. `pauses`: by how many ms the clock that Python reads runs ahead before each action.
   */
  steps: {
    params: z.object({
      actions: z.array(z.string()),
      state: z.boolean(),
      look: z.boolean().default(true),
      pauses: z.array(z.number()).default([]),
    }),
    result: z.object({ steps: z.array(playedStepSchema) }),
  },
} as const;

export type PythonMethod = keyof typeof pythonMethods;
export type PythonParams<M extends PythonMethod> = z.input<(typeof pythonMethods)[M]["params"]>;
export type PythonResult<M extends PythonMethod> = z.output<(typeof pythonMethods)[M]["result"]>;
