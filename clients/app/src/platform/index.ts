// The platform that this build is for; the build leaves out the other one.
import type { Platform } from "@/platform/types";
// #ifdef H5
import { browser } from "@/platform/browser";
// #endif
// #ifndef H5
import { miniProgram } from "@/platform/mini-program";
// #endif

let current!: Platform;
// #ifdef H5
current = browser;
// #endif
// #ifndef H5
current = miniProgram;
// #endif

export const platform = current;
