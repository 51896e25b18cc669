/**
 * Cuts a text anew into portions that end after a line or before a space, where no word or piece goes on. A text without either comes in
 * one portion.
 */
export async function* wholeWords(portions: AsyncIterable<string>): AsyncGenerator<string> {
  let held: string[] = [];
  for await (const portion of portions) {
    const border = Math.max(portion.lastIndexOf('\n') + 1, portion.lastIndexOf(' '));
    if (border <= 0 && !portion.startsWith(' ')) {
      held.push(portion);
      continue;
    }
    held.push(portion.slice(0, border));
    const whole = held.join('');
    held = [portion.slice(border)];
    if (whole !== '') yield whole;
  }
  const last = held.join('');
  if (last !== '') yield last;
}
