// A browser that came by the printed link has a cookie, which no script can read. One that was given a token instead
// keeps it for this tab alone.
const KEY = 'clipwright-token';

function sessionToken(): string | null {
  return sessionStorage.getItem(KEY);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}

export function authorization(): { authorization?: string } {
  const token = sessionToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
