/**
 * Commands that use the same engine in Node worker threads, for files you trust: *verify* takes the gates for
 * environments that are there already, *yield* tells what the built-in compiler makes of a file of problems.
 * Each wires files and the terminal to the engines; exit codes are part of the interface.
 */
import { parseVerifyArguments, parseYieldArguments, UsageError, VERIFY_USAGE, YIELD_USAGE } from "./arguments.ts";
import { verify } from "./verify-command.ts";
import { yieldOf } from "./yield-command.ts";

type Command = { usage: string; run(argv: readonly string[], assetsDir: string): Promise<number | "help"> };

function command<T extends object>(
  usage: string,
  parse: (argv: readonly string[]) => T | "help",
  work: (options: T, assetsDir: string) => Promise<number>,
): Command {
  return {
    usage,
    async run(argv, assetsDir) {
      const options = parse(argv);
      return options === "help" ? options : work(options, assetsDir);
    },
  };
}

const COMMANDS = {
  verify: command(VERIFY_USAGE, parseVerifyArguments, verify),
  yield: command(YIELD_USAGE, parseYieldArguments, yieldOf),
};

/** @returns the exit code: 0 as it should be, 1 something failed, 2 wrong use */
export async function main(name: keyof typeof COMMANDS, argv: readonly string[], assetsDir: string): Promise<number> {
  const { usage, run } = COMMANDS[name];
  try {
    const code = await run(argv, assetsDir);
    if (code !== "help") return code;
    console.log(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}
