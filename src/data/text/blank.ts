/** How a hidden token is written in a prompt of a masked model, as in BERT. */
export const blank = '[MASK]';
