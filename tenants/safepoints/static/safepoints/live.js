// Keeps an open page true: every ten seconds the same page is read and its changed part put in place.
const EVERY = 10_000;
const part = document.getElementById("now");

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { credentials: "omit", cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("now");
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  } catch {
    document.getElementById("lost").hidden = false;
    return;
  }
  document.getElementById("lost").hidden = true;
}
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
