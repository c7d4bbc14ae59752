/**
 * A run that is measured on until its verdicts are settled has been looked at before, and each look may claim something
 * that is not there. The looks therefore share the level of 5 % (alpha spending: Lan & DeMets, Biometrika 70(3), 1983;
 * by Bonferroni, which needs nothing to be known of how the looks depend on each other): the first has four fifths of it,
 * the second a tenth, each further one half of the one before.
 */
export const lookFactor = (look: number): number => (look <= 1 ? 5 / 4 : 5 * 2 ** (look - 1));
