/** A compiled candidate is not repaired: it is compiled in another way. */
export const COMPILED_ADVICE = "Switch a piece off or on under “From the solution” and compile again, or choose a model in Settings.";
