// What was written on this phone and has not reached the platform yet. Each entry keeps its idempotency key and the ids of
// pictures that were uploaded, so that sending it again after a lost answer has one effect.
import { NetworkError, Problem, type Client, type components, type Upload } from "@shanzhi/client";

type ClaimForm = components["schemas"]["ClaimForm"];
type ScoreForm = components["schemas"]["ScoreForm"];

interface Photo {
  id: string;
  /** Known once it was uploaded. */
  evidenceId?: string;
}

interface Common {
  key: string;
  personId: string;
  title: string;
  photos: Photo[];
  createdAt: number;
  state: "waiting" | "refused";
  /** Why it was refused, or why it waits, as the platform says. */
  reason?: string;
}

export type Entry = Common &
  (
    | { kind: "claim"; form: Omit<ClaimForm, "evidence_ids"> }
    | { kind: "inspection"; inspectionId: string; courtyardId: string; sheet: Omit<ScoreForm, "evidence_ids"> }
  );

export type NewEntry = Entry extends infer E ? (E extends Entry ? Omit<E, "state" | "reason" | "createdAt"> : never) : never;

/** A picture that was kept is no longer on the phone. */
export class PhotoLost extends Error {}

/** Where pictures are kept until they are sent. */
export interface PhotoStore {
  upload(id: string): Promise<Upload>;
  remove(id: string): Promise<void>;
}

export interface OutboxParts {
  client: Pick<Client, "call">;
  photos: PhotoStore;
  read(): Entry[];
  write(entries: Entry[]): void;
  now(): number;
}

export class Outbox {
  private sending: Promise<void> | null = null;

  constructor(private readonly parts: OutboxParts) {}

  /** Entries of a person, the oldest first. */
  entries(personId: string): Entry[] {
    return this.parts.read().filter((entry) => entry.personId === personId);
  }

  add(entry: NewEntry): void {
    this.parts.write([...this.parts.read(), { ...entry, state: "waiting", createdAt: this.parts.now() } as Entry]);
  }

  /** Forget an entry and its pictures. */
  async remove(key: string): Promise<void> {
    const entries = this.parts.read();
    this.parts.write(entries.filter((entry) => entry.key !== key));
    const photos = entries.find((entry) => entry.key === key)?.photos ?? [];
    await Promise.all(photos.map(({ id }) => this.parts.photos.remove(id)));
  }

  /** Send a refused entry again. */
  retry(key: string): void {
    this.change(key, (entry) => ({ ...entry, state: "waiting", reason: undefined }));
  }

  /** Send what waits, one after another, until the network or the platform fails. Calls at once share one run. */
  send(personId: string): Promise<void> {
    this.sending ??= this.sendAll(personId).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async sendAll(personId: string): Promise<void> {
    for (const entry of this.entries(personId)) {
      if (entry.state === "refused") continue;
      try {
        await this.sendOne(entry);
      } catch (error) {
        if (error instanceof NetworkError) return;
        if (error instanceof PhotoLost) {
          this.change(entry.key, (stored) => ({ ...stored, state: "refused", reason: error.message }));
          continue;
        }
        if (!(error instanceof Problem)) throw error;
        if (error.status === 401) return;
        const state = error.retryable ? "waiting" : "refused";
        this.change(entry.key, (stored) => ({ ...stored, state, reason: error.message }));
        if (error.retryable) return;
      }
    }
  }

  private async sendOne(entry: Entry): Promise<void> {
    const evidence: string[] = [];
    for (const [place, photo] of entry.photos.entries()) {
      evidence.push(photo.evidenceId ?? (await this.uploadPhoto(entry.key, place, photo)));
    }
    await this.post(entry, evidence);
    await this.remove(entry.key);
  }

  private async uploadPhoto(key: string, place: number, photo: Photo): Promise<string> {
    const file = await this.parts.photos.upload(photo.id);
    const { id } = await this.parts.client.call("post", "/v1/evidence", { file, key: `${key}-${place}` });
    this.change(key, (entry) => ({
      ...entry,
      photos: entry.photos.map((other) => (other.id === photo.id ? { ...other, evidenceId: id } : other)),
    }));
    return id;
  }

  private async post(entry: Entry, evidence_ids: string[]): Promise<void> {
    const { client } = this.parts;
    if (entry.kind === "claim") {
      await client.call("post", "/v1/claims", { body: { ...entry.form, evidence_ids }, key: entry.key });
      return;
    }
    await client.call("put", "/v1/inspections/{inspection_id}/courtyards/{courtyard_id}", {
      path: { inspection_id: entry.inspectionId, courtyard_id: entry.courtyardId },
      body: { ...entry.sheet, evidence_ids },
    });
  }

  private change(key: string, changed: (entry: Entry) => Entry): void {
    this.parts.write(this.parts.read().map((entry) => (entry.key === key ? changed(entry) : entry)));
  }
}
