// The tokens of one person on one device, and when they are exchanged.

export interface Tokens {
  access: string;
  refresh: string | null;
  /** When the access token ends, in milliseconds as of `Date.now`. */
  expiresAt: number;
}

/** Where tokens are kept between runs. Several windows may share one: it is read before each use. */
export interface TokenStore {
  read(): Tokens | null;
  write(tokens: Tokens | null): void;
}

/** Keeps tokens until the program ends. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | null = null;
  return {
    read: () => kept,
    write: (tokens) => {
      kept = tokens;
    },
  };
}

/** Tokens of a session that the platform answered. */
export function tokensOf(
  session: { access_token: string; refresh_token?: string; expires_in: number },
  now: number,
): Tokens {
  return {
    access: session.access_token,
    refresh: session.refresh_token ?? null,
    expiresAt: now + session.expires_in * 1000,
  };
}
