import type { Finding } from "@/domain";

const PLACE = /<(environment|solver)>, line (\d{1,9})/g;

/**
 * Findings about an assembled file, told in the lines of the compact reply that it was made of. `lines[i]` is the
 * reply's line for line i + 1 of the file; 0, and so null here, where the app wrote it.
 */
export function mapFindings(findings: readonly Finding[], lines: readonly number[]): Finding[] {
  const mapped = (line: number): number | null => {
    const own = lines[line - 1] ?? 0;
    return own === 0 ? null : own;
  };
  return findings.map(({ failure, ...finding }): Finding => {
    if (failure === undefined) return { ...finding, line: finding.line === null ? null : mapped(finding.line) };
    const places = [...failure.traceback.matchAll(PLACE)].map((match) => Number(match[2]));
    const traceback = failure.traceback.replace(PLACE, (place: string, file: string, line: string) => {
      if (file !== "environment") return place;
      const own = mapped(Number(line));
      return own === null ? "<assembled by the app>" : `<environment>, line ${own}`;
    });
    // Where it was raised in a solver, its line is one of the solver's.
    const last = failure.traceback.lastIndexOf("<environment>, line ");
    const raisedHere = last !== -1 && last > failure.traceback.lastIndexOf("<solver>, line ") && places.at(-1) === failure.line;
    const line = raisedHere && failure.line !== null ? mapped(failure.line) : null;
    const own = finding.line === failure.line || finding.line === null ? line : mapped(finding.line);
    return { ...finding, line: own, failure: { ...failure, line, traceback } };
  });
}
