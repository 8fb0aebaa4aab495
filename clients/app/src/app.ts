// What all pages share: the platform's client, who is signed in, the size of the text, and what is not sent yet.
import { Client, NetworkError, newKey, Problem, type Tokens } from "@shanzhi/client";
import { computed, ref } from "vue";
import { cssVariables, type SizeMode } from "@/logic/appearance";
import { type Entry, Outbox } from "@/logic/outbox";
import { platform } from "@/platform";
import { T } from "@/words";

const TOKENS = "tokens";
const PERSON = "person";
const OUTBOX = "outbox";
const SIZE = "size";
const CACHE = "cache:";
const SIGN_IN = "/pages/sign-in/sign-in";
const HOME = "/pages/home/home";

const stored = <V>(name: string): V | null => (uni.getStorageSync(name) as V) || null;

export const client = new Client({
  origin: platform.origin,
  transport: platform.transport,
  tokens: {
    read: () => stored<Tokens>(TOKENS),
    write: (tokens) => (tokens ? uni.setStorageSync(TOKENS, tokens) : uni.removeStorageSync(TOKENS)),
  },
  onSignedOut: () => uni.reLaunch({ url: SIGN_IN }),
});

/** The id of the person who is signed in; empty for nobody. */
export const personId = ref(stored<string>(PERSON) ?? "");

/** Remember who signed in, and open the home page. */
export function enter(person: string): void {
  if (person !== personId.value) forgetAnswers();
  personId.value = person;
  uni.setStorageSync(PERSON, person);
  uni.reLaunch({ url: HOME });
  void sendOutbox();
}

/** Sign out here; what is not sent yet stays for when the same person signs in again. */
export async function leave(): Promise<void> {
  await client.signOut();
  forgetAnswers();
  personId.value = "";
  uni.removeStorageSync(PERSON);
  uni.reLaunch({ url: SIGN_IN });
}

/** Open the sign-in page if nobody is signed in; return whether somebody is. */
export function requireSignIn(): boolean {
  if (client.signedIn && personId.value) return true;
  uni.reLaunch({ url: SIGN_IN });
  return false;
}

// --- the size of the text

export const size = ref<SizeMode>(stored<SizeMode>(SIZE) ?? "standard");
export const variables = computed(() => cssVariables(size.value));

export function chooseSize(mode: SizeMode): void {
  size.value = mode;
  uni.setStorageSync(SIZE, mode);
}

// --- what is not sent yet

const entries = ref<Entry[]>(stored<Entry[]>(OUTBOX) ?? []);

export const outbox = new Outbox({
  client,
  photos: platform.photoStore,
  read: () => stored<Entry[]>(OUTBOX) ?? [],
  write: (changed) => {
    uni.setStorageSync(OUTBOX, changed);
    entries.value = changed;
  },
  now: () => Date.now(),
});

/** Entries of the person who is signed in. */
export const unsent = computed(() => entries.value.filter((entry) => entry.personId === personId.value));

export async function sendOutbox(): Promise<void> {
  if (client.signedIn && personId.value && unsent.value.length) await outbox.send(personId.value);
}

// --- answers kept for when the network is gone

export interface Kept<V> {
  value: V;
  at: number;
}

export function keptAnswer<V>(name: string): Kept<V> | null {
  return stored<Kept<V>>(CACHE + name);
}

export function keepAnswer(name: string, value: unknown): void {
  try {
    uni.setStorageSync(CACHE + name, { value, at: Date.now() });
  } catch {
    // Storage is full: the page is read again next time.
  }
}

function forgetAnswers(): void {
  for (const name of uni.getStorageInfoSync().keys) if (name.startsWith(CACHE)) uni.removeStorageSync(name);
}

// --- telling and asking people

export function explain(error: unknown): string {
  if (error instanceof Problem) return error.errors?.[0]?.detail ?? error.message;
  if (error instanceof NetworkError) return error.message;
  throw error;
}

export function tell(text: string): void {
  uni.showModal({ content: text, showCancel: false, confirmText: T.confirm, confirmColor: "#9c1c16" });
}

export function ask(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    uni.showModal({
      content: text,
      cancelText: T.cancel,
      confirmText: T.confirm,
      confirmColor: "#9c1c16",
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    });
  });
}

export function go(url: string): void {
  uni.navigateTo({ url });
}

export { newKey };
