import * as z from 'zod';

/** The editor's colours as a page has them: classes of its body, and the variables of VS Code without their dashes. */
export const pageThemeSchema = z.object({
  classes: z.array(z.string().regex(/^[\w-]+$/)).max(20),
  /** No value can end its declaration. */
  variables: z.record(z.string().regex(/^vscode-[\w-]+$/), z.string().regex(/^[^;{}<>\\]{0,400}$/)),
});
/** The editor's colours as a page has them. */
export type PageTheme = z.output<typeof pageThemeSchema>;
