/** Whether less is better of a metric: of losses and errors; not of accuracies, shares and counts of what is used. */
export function isLowerBetter(name: string): boolean {
  return !/(accuracy|r2|rank|participationRatio|trustworthiness|continuity|sparsity|steps)$/i.test(name);
}
