// How pages read from the platform: what they show while they wait, after a failure, and without network.
import { onPullDownRefresh, onShow } from "@dcloudio/uni-app";
import { NetworkError, Problem } from "@shanzhi/client";
import { ref, shallowRef } from "vue";
import { explain, keepAnswer, keptAnswer, requireSignIn } from "@/app";
import { moment } from "@/logic/format";

/**
 * Read one thing whenever the page is shown. With a name, the last answer is kept and shown when there is no network;
 * `staleSince` says then of when it is.
 */
export function useAnswer<V>(read: () => Promise<V>, name?: () => string) {
  const kept = name ? keptAnswer<V>(name()) : null;
  const answer = shallowRef<V | null>(kept?.value ?? null);
  const error = ref("");
  const staleSince = ref("");
  const busy = ref(false);

  async function reload(): Promise<void> {
    if (!requireSignIn()) return;
    busy.value = true;
    error.value = "";
    try {
      answer.value = await read();
      staleSince.value = "";
      if (name) keepAnswer(name(), answer.value);
    } catch (failure) {
      const last = name ? keptAnswer<V>(name()) : null;
      if (failure instanceof NetworkError && last) {
        answer.value = last.value;
        staleSince.value = moment(new Date(last.at).toISOString());
      } else {
        error.value = failure instanceof Problem && failure.status === 401 ? "" : explain(failure);
      }
    } finally {
      busy.value = false;
    }
  }

  onShow(reload);
  onPullDownRefresh(() => void reload().finally(() => uni.stopPullDownRefresh()));
  return { answer, error, staleSince, busy, reload };
}

interface Page<Row> {
  data: Row[];
  has_more: boolean;
  next_cursor: string | null;
}

/** Read a list page by page; the first page whenever the screen is shown. */
export function useList<Row>(read: (cursor?: string) => Promise<Page<Row>>, name?: () => string) {
  const more = ref<string | null>(null);
  const first = useAnswer(async () => {
    const page = await read();
    more.value = page.has_more ? page.next_cursor : null;
    return page.data;
  }, name);

  async function readMore(): Promise<void> {
    if (!more.value || first.busy.value) return;
    first.busy.value = true;
    try {
      const page = await read(more.value);
      first.answer.value = [...(first.answer.value ?? []), ...page.data];
      more.value = page.has_more ? page.next_cursor : null;
    } catch (failure) {
      first.error.value = explain(failure);
    } finally {
      first.busy.value = false;
    }
  }

  return { ...first, rows: first.answer, more, readMore };
}

/** Run something that a person asked for, once at a time, and show why it failed. */
export function useAction() {
  const busy = ref(false);
  const error = ref("");

  async function run(act: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = "";
    try {
      await act();
    } catch (failure) {
      error.value = explain(failure);
    } finally {
      busy.value = false;
    }
  }

  return { busy, error, run };
}
