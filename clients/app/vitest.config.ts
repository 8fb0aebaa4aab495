import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Without uni-app's plugin: the logic is tested apart from the pages.
export default defineConfig({
  resolve: { alias: { "@shanzhi/client": here("../typescript/src/index.ts"), "@": here("src") } },
  test: { include: ["test/**/*.test.ts"] },
});
