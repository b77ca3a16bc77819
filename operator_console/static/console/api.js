// One way to ask the server. Nothing is shown as done before it answered.

let token = "";
export const useToken = (value) => { token = value; };

export class Refused extends Error {
  constructor(status, body) {
    super(body.message ?? "Det gick inte att spara.");
    this.status = status;
    this.code = body.error ?? "";
    this.body = body;
  }
}
/** No answer came: what was asked may or may not have happened. */
export class NoAnswer extends Error {}

export async function post(url, body = {}, { key = crypto.randomUUID(), method = "POST", timeout = 8000 } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method, credentials: "same-origin", signal: AbortSignal.timeout(timeout),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": key },
      body: JSON.stringify(body),
    });
  } catch {
    throw new NoAnswer("Inget svar från servern.");
  }
  if (response.status === 502 || response.status === 503 || response.status === 504) throw new NoAnswer("Inget svar från servern.");
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export async function get(url, { as = "json" } = {}) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(10000), headers: { Accept: as === "text" ? "text/html, application/json" : "application/json" } });
  } catch {
    throw new NoAnswer("Inget svar från servern.");
  }
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
  return as === "text" ? response.text() : response.json();
}

/** Post a form's fields; the answer is HTML. Refusals are JSON, as everybody's. */
export async function postForm(url, fields, { timeout = 10000 } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST", credentials: "same-origin", signal: AbortSignal.timeout(timeout),
      headers: { Accept: "text/html, application/json", "X-CSRFToken": token, "Idempotency-Key": crypto.randomUUID() }, body: new URLSearchParams(fields),
    });
  } catch {
    throw new NoAnswer("Inget svar från servern.");
  }
  if ([502, 503, 504].includes(response.status)) throw new NoAnswer("Inget svar från servern.");
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
  return response.text();
}

/** Ask until somebody answers, with one and the same key: for acts that the server does at most once. */
export async function postUntilAnswered(url, body, { onWait = () => {}, pause = 1500, giveUp = 120e3, timeout = 8000 } = {}) {
  const key = crypto.randomUUID();
  const start = performance.now();
  for (;;) {
    try {
      return await post(url, body, { key, timeout });
    } catch (error) {
      if (!(error instanceof NoAnswer) || performance.now() - start > giveUp) throw error;
      onWait();
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
