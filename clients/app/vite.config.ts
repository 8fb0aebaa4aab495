import { fileURLToPath } from "node:url";
import uni from "@dcloudio/vite-plugin-uni";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The plugin is CommonJS; its default export depends on who loads it.
const plugin = (uni as unknown as { default?: typeof uni }).default ?? uni;

/** uni-app loads a picture of a shadow from its maker's address. The app has no use for it, and asks nobody else. */
const FOREIGN_PICTURE = "https://cdn.dcloud.net.cn/img/shadow-grey.png";
const NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
const withoutForeignPicture: Plugin = {
  name: "without-foreign-picture",
  transform: (code) => (code.includes(FOREIGN_PICTURE) ? code.replaceAll(FOREIGN_PICTURE, NO_PICTURE) : null),
};

/** Screen readers of mini-programs read `aria-role` where those of browsers read `role`. */
const rolesOfMiniPrograms: Plugin = {
  name: "roles-of-mini-programs",
  enforce: "pre",
  transform: (code, id) =>
    process.env.UNI_PLATFORM === "mp-weixin" && id.endsWith(".vue") ? code.replaceAll(/(?<=\s)role="/g, 'aria-role="') : null,
};

export default defineConfig({
  plugins: [rolesOfMiniPrograms, plugin(), withoutForeignPicture],
  resolve: { alias: { "@shanzhi/client": here("../typescript/src/index.ts") } },
});
