import { type CandidateView, COMPILER_PROFILE, type RunView } from "@/domain";

/** Who wrote a candidate: "the built-in compiler, few large tools", "the model". */
export function writerOf({ compilation }: Pick<RunView, "compilation">, { variant }: Pick<CandidateView, "variant">): string {
  if (variant === null) return "the model";
  const name = compilation === null || "refused" in compilation ? undefined : compilation.variants[variant]?.name;
  const compiler = `the ${COMPILER_PROFILE.name.toLowerCase()}`;
  return name === undefined ? compiler : `${compiler}, ${name}`;
}
