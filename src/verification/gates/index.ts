/**
 * A file a gate, named as the gate is and exporting it as `gate`. `src/domain/gates.ts` lists them in their order with what is
 * said of each; this finds the rest of them by name.
 */
import { type GateName, GATES } from "@/domain";
import type { Gate } from "../gate.ts";

const files = import.meta.glob<Gate>(["./*.ts", "!./index.ts"], { eager: true, import: "gate" });

function gateOf(name: GateName): Gate {
  const gate = files[`./${name}.ts`];
  if (gate === undefined) throw new Error(`src/verification/gates/${name}.ts is not there, or exports no gate.`);
  return gate;
}

export const gates: readonly Gate[] = GATES.map(gateOf);
