// Says when the page no longer keeps itself true, and when it does again.
const mark = document.getElementById("live-mark");
if (mark) {
  const usual = mark.textContent;
  const clock = () => new Date().toLocaleTimeString("sv-SE", { timeZone: "Europe/Stockholm" });
  let lost = "";
  const gone = () => {
    lost ||= clock();
    mark.textContent = `Ingen kontakt sedan ${lost}. Uppgifterna kan vara gamla.`;
    mark.classList.add("chip");
  };
  document.body.addEventListener("htmx:sendError", gone);
  document.body.addEventListener("htmx:responseError", gone);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful || !lost) return;
    lost = "";
    mark.textContent = usual;
    mark.classList.remove("chip");
  });
}
