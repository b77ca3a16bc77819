// The registers' pages: what was shown on request is put away in time, and an import tells how far it has come.

for (const shown of document.querySelectorAll("[data-hides]")) {
  setTimeout(() => location.replace(shown.dataset.url), Number(shown.dataset.hides) * 1000);
}
addEventListener("pageshow", (event) => {
  // back from the browser's own memory of the page: it may be older than it should be
  const shown = document.querySelector("[data-hides]");
  if (event.persisted && shown) location.replace(shown.dataset.url);
});

const reads = document.querySelector("form[data-reads]");
reads?.addEventListener("submit", () => {
  if (reads.elements.file.files.length) reads.querySelector("[data-status]").textContent = "Läser filen …";
});
document.querySelector("#errors")?.focus();

const writes = document.querySelector("form[data-writes]");
writes?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = writes.querySelector("button");
  const bar = writes.querySelector("progress");
  const told = writes.querySelector("[data-status]");
  button.disabled = true;
  writes.querySelector("[data-progress]").hidden = false;
  told.textContent = "Skriver …";
  const asking = setInterval(async () => {
    const answer = await fetch(writes.dataset.writes).catch(() => null);
    if (!answer?.ok) return;
    const { done, total } = await answer.json();
    bar.value = done;
    told.textContent = `${done} av ${total}`;
  }, 500);
  try {
    const answer = await fetch(writes.action, { method: "POST", body: new FormData(writes), redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
    location.replace(writes.action); // the page says how it went
  } catch {
    told.textContent = "Vi vet inte om filen lästes in. Ladda om sidan för att se.";
    button.disabled = false;
  } finally {
    clearInterval(asking);
  }
});

// a large file is read and written elsewhere: the page follows it, and shows what came of it
const waits = document.querySelector("[data-waits]");
if (waits) {
  setInterval(async () => {
    const answer = await fetch(waits.dataset.waits).catch(() => null);
    if (!answer) return;
    const { done, total, state } = answer.ok ? await answer.json() : {};
    if (state !== waits.dataset.state) location.reload();
    if (!total) return;
    waits.querySelector("progress").value = done;
    waits.querySelector("[data-status]").textContent = `${done} av ${total}`;
  }, 1000);
}
