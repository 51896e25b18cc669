const namespace = 'http://www.w3.org/2000/svg';

/** An element of a drawing, with attributes. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number | undefined> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, String(value));
  return element;
}

/** Some words of a drawing. */
export function svgText(words: string, attributes: Record<string, string | number | undefined> = {}): SVGTextElement {
  const text = svgElement('text', attributes);
  text.textContent = words;
  return text;
}
