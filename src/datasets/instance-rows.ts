import { type Environment, envStrOf, ImportError, type Json, type JsonObject, type NumberTexts, type Task } from "@/domain";
import { isJsonObject, otherFields, parseJsonText } from "./json-text.ts";
import { codeKeyOf, safeCodeId } from "./names.ts";

export const DATA_SOURCE = "codegym_v1";
const NO_FIELDS: ReadonlySet<string> = new Set();

export type Instance = { codeId: string; className: string; taskText: string; task: Task };

/** `codegym_v1@<code_id>__<Name>Env@<JSON>`; the source before the first `@` may be missing. */
function splitAbility(ability: string): { name: string; config: string } {
  const first = ability.indexOf("@");
  const bare =
    first > 0 &&
    ability
      .slice(first + 1)
      .trimStart()
      .startsWith("{");
  const start = bare ? 0 : first + 1;
  const second = bare ? first : ability.indexOf("@", start);
  if (first < 0 || second < 0) {
    throw new ImportError("bad-line", "the field “ability” is not of the form codegym_v1@<code_id>__<Name>Env@<JSON>");
  }
  return { name: ability.slice(start, second).trim(), config: ability.slice(second + 1) };
}

/** The field `code_id` decides where the name itself could be cut in two ways. */
function splitName(name: string, codeIdField: Json | undefined): { codeId: string; className: string } {
  if (typeof codeIdField === "string" && codeIdField !== "" && name.startsWith(`${codeIdField}__`)) {
    return { codeId: safeCodeId(codeIdField), className: name.slice(codeIdField.length + 2) };
  }
  const cut = name.lastIndexOf("__");
  if (cut > 0) return { codeId: safeCodeId(name.slice(0, cut)), className: name.slice(cut + 2) };
  return {
    codeId: safeCodeId(typeof codeIdField === "string" && codeIdField !== "" ? codeIdField : name.replace(/Env$/, "")),
    className: name,
  };
}

/** The task text: what the user message says behind its line `Question:`. */
function taskTextOf(prompt: Json | undefined): string {
  if (!Array.isArray(prompt)) return "";
  const message = prompt.findLast((item) => isJsonObject(item) && item["role"] === "user");
  const content = isJsonObject(message) ? message["content"] : undefined;
  if (typeof content !== "string") return "";
  const mark = /^Question:/m.exec(content);
  return (mark === null ? content : content.slice(mark.index + mark[0].length)).trim();
}

function roundsOf(info: Json | undefined): number | null {
  const rounds = isJsonObject(info) ? info["solve_fc_round"] : undefined;
  return typeof rounds === "number" && Number.isSafeInteger(rounds) && rounds >= 0 ? rounds : null;
}

/** One row of docs/formats.md section 4; `numbers` of it as they were written. @throws ImportError "bad-line" */
export function instanceOfRow(row: JsonObject, numbers?: NumberTexts): Instance {
  const ability = row["ability"];
  if (typeof ability !== "string") throw new ImportError("bad-line", "the field “ability” is not a text");
  const { name, config } = splitAbility(ability);
  let parsed: unknown;
  try {
    parsed = parseJsonText(config);
  } catch (error) {
    throw error instanceof ImportError ? new ImportError("bad-line", `the configuration in “ability” is ${error.message}`) : error;
  }
  if (!isJsonObject(parsed)) throw new ImportError("bad-line", "the configuration in “ability” is not a JSON object");
  return {
    ...splitName(name, row["code_id"]),
    taskText: taskTextOf(row["prompt"]),
    task: {
      config,
      answer: null,
      answerMs: null,
      answerBytes: null,
      rounds: roundsOf(row["extra_info"]),
      kept: true,
      instance: otherFields(row, NO_FIELDS),
      ...(numbers === undefined ? {} : { numbers }),
    },
  };
}

export function abilityOf(environment: Pick<Environment, "codeId" | "className">, config: string): string {
  return `${DATA_SOURCE}@${environment.codeId}__${envStrOf(environment.className, config)}`;
}

/** Whether an imported instance still names the environment it is in; "keep both" gives a copy a new name. */
export function namesEnvironment(instance: JsonObject, environment: Environment): boolean {
  const ability = instance["ability"];
  if (typeof ability !== "string") return false;
  return codeKeyOf(splitName(splitAbility(ability).name, instance["code_id"])) === codeKeyOf(environment);
}
