/**
 * What a linear CKA between the codes of two runs (`linearCka`, from 0 to 1) says: "almost the same up to rotation and scale" above 0.9,
 * "partly the same" above 0.5, else "mostly different".
 */
export function similarityWords(similarity: number): string {
  if (similarity > 0.9) return 'almost the same up to rotation and scale';
  return similarity > 0.5 ? 'partly the same' : 'mostly different';
}
