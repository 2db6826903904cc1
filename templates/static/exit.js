// The quick exit. The link works without this file; with it the page is covered at once and leaves the tab's history.
// Three times Shift does the same. Escape is not used: it stops a page from loading (TRUST.md, QX rules).
"use strict";

(() => {
  const PRESSES = 3;
  const PAUSE = 5000;
  const link = document.getElementById("snel-weg");
  if (!link) return;

  const title = document.title;
  const live = document.createElement("p");
  live.className = "only-heard";
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "assertive");
  const dots = document.createElement("span");
  dots.className = "exit-dots";
  dots.setAttribute("aria-hidden", "true");
  for (let i = 0; i < PRESSES; i += 1) dots.append(document.createElement("i"));
  link.append(dots);
  link.after(live);
  for (const hint of document.querySelectorAll(".exit-hint")) hint.hidden = false;

  let presses = 0;
  let timer = 0;
  let alone = false;

  const show = () => {
    [...dots.children].forEach((dot, i) => dot.classList.toggle("on", i < presses));
    link.classList.toggle("counting", presses > 0);
  };

  const forget = () => {
    clearTimeout(timer);
    presses = 0;
    show();
  };

  const leave = () => {
    // Cover first, go second: the page is out of sight even when the other site never answers.
    const cover = document.createElement("div");
    cover.id = "exit-cover";
    cover.textContent = "Even wachten …";
    document.body.hidden = true;
    document.documentElement.append(cover);
    document.title = "Even wachten …";
    window.location.replace(link.href);
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Shift") {
      if (!event.repeat) alone = !event.ctrlKey && !event.altKey && !event.metaKey;
      return;
    }
    // Shift with a letter is a capital, not a call for help; another key in between starts the count again.
    alone = false;
    if (presses) forget();
  });

  document.addEventListener("pointerdown", () => {
    alone = false;
  });

  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    clearTimeout(timer);
    presses += 1;
    show();
    if (presses >= PRESSES) {
      live.textContent = "Je verlaat deze pagina.";
      forget();
      leave();
      return;
    }
    const left = PRESSES - presses;
    live.textContent = `Snel weg: druk nog ${left} keer op Shift.`;
    timer = setTimeout(() => {
      forget();
      live.textContent = "Snel weg is gestopt. Je bent nog op deze pagina.";
    }, PAUSE);
  });

  // A browser may bring the left page back as it was, cover and all; then it must be usable again.
  window.addEventListener("pageshow", () => {
    document.getElementById("exit-cover")?.remove();
    document.body.hidden = false;
    document.title = title;
    live.textContent = "";
    forget();
  });
})();
