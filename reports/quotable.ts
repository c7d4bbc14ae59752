interface Planned {
  readonly plan: { readonly profile: string };
}

/**
 * The profile `smoke` says whether functions work, by three calls: no number of it means anything. Nothing relative, no
 * distribution and no price is printed of what is not quotable.
 */
export const quotable = ({ plan }: Planned): boolean => plan.profile !== "smoke";

/** In the place of a number that is not quotable. */
export const notQuotable = "smoke: no numbers";

/** The same as a sentence. */
export const smokeText = "The profile smoke shows that functions work. It makes too few calls to measure anything.";
