const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** Text as it may stand between the tags of a page, or in the quotes of an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&"<>]/g, (sign) => escapes[sign]!);
