// Keycloak's login page, filled in by HTTP: what a browser would do, without one.

const redirects = [301, 302, 303, 307];

/** A user agent that keeps its cookies, and so its login. */
export class UserAgent {
  #cookies = new Map();

  constructor(username, password) {
    this.credentials = { username, password };
  }

  /** Goes where the authorization URL leads, until that is `redirectUrl`; returns its parameters. */
  async authorize(authorizationUrl, redirectUrl) {
    let response = await this.#request(authorizationUrl);
    for (let pages = 0; pages < 10; pages++) {
      const location = redirects.includes(response.status) && new URL(response.headers.get('location'), response.url);
      if (location && location.href.startsWith(redirectUrl)) return location.searchParams;
      response = location ? await this.#request(location) : await this.#submit(await response.text());
    }
    throw new Error('the login does not end');
  }

  #submit(page) {
    const action = page.match(/<form[^>]*action="([^"]+)"/)?.[1].replaceAll('&amp;', '&');
    if (!action) throw new Error(`no form on the page: ${page.match(/<title>([^<]*)/)?.[1]}`);
    const asksForConsent = page.includes('name="accept"');
    return this.#request(action, new URLSearchParams(asksForConsent ? { accept: 'Yes' } : this.credentials));
  }

  async #request(url, form) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { method: form ? 'POST' : 'GET', body: form, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    return response;
  }
}
