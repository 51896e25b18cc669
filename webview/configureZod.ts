import * as z from 'zod';

// The page's policy has no unsafe-eval, and zod tries to compile a schema when it is built: this file is imported before any schema.
z.config({ jitless: true });
