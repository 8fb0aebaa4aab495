// What the app says fits the contract and the pages that there are.
import { expect, test } from "vitest";
import contractText from "../../../docs/openapi.json?raw";
import pagesText from "../src/pages.json?raw";
import { PAGE_OF } from "@/logic/waiting";
import * as words from "@/words";

const files = Object.keys(import.meta.glob("../src/**/*.vue"));
const pages = JSON.parse(pagesText);
const contract = JSON.parse(contractText).components.schemas;
const routes: string[] = [
  ...pages.pages.map((page: { path: string }) => page.path),
  ...pages.subPackages.flatMap(({ root, pages }: { root: string; pages: { path: string }[] }) =>
    pages.map((page) => `${root}/${page.path}`),
  ),
];

test("every page that is listed has its file", () => {
  expect(routes.filter((route) => !files.includes(`../src/${route}.vue`))).toEqual([]);
});

test("every page that the home screen leads to exists", () => {
  const missing = Object.values(PAGE_OF).filter((page) => !routes.includes(page.slice(1).split("?")[0] ?? ""));
  expect(missing).toEqual([]);
});

test.each([
  ["Claim", "status", words.CLAIM_STATES],
  ["Claim", "category", words.CATEGORIES],
  ["TimelineStep", "step", words.TIMELINE],
  ["PassbookLine", "kind", words.LINE_KINDS],
  ["PassbookLine", "kind", words.LINE_HELP],
  ["Order", "status", words.ORDER_STATES],
  ["Waiting", "kind", words.WAITING],
  ["Activity", "kind", words.ACTIVITY_KINDS],
  ["Activity", "phase", words.ACTIVITY_PHASES],
  ["SignUp", "state", words.SIGN_UP_STATES],
  ["InboxItem", "kind", words.INBOX_KINDS],
  ["PostForm", "kind", words.POST_KINDS],
  ["PublicPost", "stage", words.POST_STAGES],
  ["PostedText", "visibility", words.VISIBILITIES],
  ["PostedText", "appeal", words.APPEALS],
  ["SpendingWait", "cause", words.SPENDING_CAUSES],
  ["SpendingWait", "state", words.SPENDING_STATES],
  ["Consent", "purpose", words.PURPOSES],
  ["NamedAccess", "action", words.ACCESSES],
  ["SignInChange", "kind", words.SIGN_IN_CHANGES],
  ["PublishedEntry", "state", words.ENTRY_STATES],
  ["Objection", "outcome", words.OUTCOMES],
  ["ErasureRequest", "state", words.ERASURES],
  ["PutRight", "state", words.RECTIFICATIONS],
])("every %s.%s of the contract has Chinese words", (schema, field, titles) => {
  const values: (string | null)[] = contract[schema].properties[field].enum;
  expect(values.filter((value) => value !== null && !(value in titles))).toEqual([]);
});
