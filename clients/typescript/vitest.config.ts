import { defineConfig } from "vitest/config";

// The tests against a platform wait for it: on a busy machine an upload takes seconds.
export default defineConfig({ test: { testTimeout: process.env.PLATFORM_URL ? 60_000 : 5_000 } });

declare const process: { env: Record<string, string | undefined> };
