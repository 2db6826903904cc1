// What an open page of the newsroom is told meanwhile. Numbers and short words change; no list moves by itself, and no
// text from the wire is ever turned into markup. Without this file a reload shows the same.
"use strict";

(() => {
  const body = document.body;
  const find = (selector) => document.querySelector(selector);
  const list = find("[data-newest]");

  // Counts, what came in, who looks at what. Only while the page is in sight: a browser has few connections to a site.
  const url = new URL(body.dataset.live, window.location.href);
  if (list) url.searchParams.set("gezien", list.dataset.newest);
  const cameIn = find("[data-came-in]");
  const urgent = find("[data-urgent]");
  let source = null;
  let isOver = false;

  const setText = (element, words) => {
    if (element && element.textContent !== words) element.textContent = words;
  };
  const setLink = (element, words, href) => {
    if (!element || element.textContent.trim() === words) return;
    element.replaceChildren();
    if (!words) return;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    element.append(link);
  };
  const here = () => {
    const address = new URL(window.location.href);
    for (const name of ["item", "na", "melding"]) address.searchParams.delete(name);
    address.hash = "";
    return address.pathname + address.search;
  };
  const told = (news) => {
    for (const key of ["rij", "stapel"]) setText(find(`[data-count="${key}"]`), String(news[key]));
    setLink(urgent, news.dringend ? "Er wacht een dringend verzoek om iets van de site te halen." : "", "/redactie?soort=removal");
    const many = news.nieuw > 30 ? "Meer dan 30 nieuwe" : `${news.nieuw} ${news.nieuw === 1 ? "nieuw" : "nieuwe"}`;
    setLink(cameIn, news.nieuw ? `${many}. Toon ze` : "", here());
    for (const line of document.querySelectorAll("[data-key^=b]")) {
      const words = news.kijkt[line.dataset.key.slice(1)];
      if (!words && !line.classList.contains("taken")) continue;
      line.classList.toggle("taken", Boolean(words));
      setText(line.querySelector("[data-who]"), words || "");
    }
    showOpen(news.kijkt);
  };
  // Of the item that is open: a colleague may come to it later, and go again.
  const showOpen = (looks) => {
    const open = find("[data-claim]");
    if (!open || open.querySelector("form [value=take], form [value=back]")) return;
    const words = looks[open.dataset.item];
    let told = open.querySelector("[data-told]");
    if (words && !told) {
      told = document.createElement("p");
      told.className = "claim-words";
      told.dataset.told = "";
      open.prepend(told);
    }
    open.classList.toggle("taken", Boolean(words));
    if (!words) told?.remove();
    else setText(told, `${words}.`);
  };

  const listen = () => {
    if (source || isOver || document.hidden) return;
    source = new EventSource(url);
    source.onmessage = (event) => told(JSON.parse(event.data));
    source.addEventListener("voorbij", () => {
      isOver = true;
      hush();
      setLink(cameIn, "Je sessie is voorbij. Log opnieuw in", "/redactie/inloggen");
    });
  };
  const hush = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", listen);
  listen();

  // The item that is open: say now and then that somebody looks at it, while that somebody does something; let go on
  // leaving. On a phone the first item of the list is not in sight, and is not looked at.
  const claim = find("[data-claim]:not([data-quiet])");
  if (claim) {
    const post = (action) => navigator.sendBeacon(claim.dataset.claim, new URLSearchParams({ action }));
    const inSight = () => !document.hidden && claim.checkVisibility();
    // By opening it, the server claimed it for us.
    let isMine = window.location.search.includes("item=") || window.location.pathname.startsWith("/redactie/items/");
    let isAwake = true;
    let posted = 0;
    const ping = () => {
      if (!isAwake || isOver || claim.classList.contains("taken") || !inSight()) return;
      isAwake = false;
      posted = performance.now();
      isMine = post("ping") || isMine;
    };
    const every = Math.max(1, Number(body.dataset.claimSeconds) / 3) * 1000;
    const wake = () => {
      isAwake = true;
      if (performance.now() - posted > every) ping();
    };
    for (const kind of ["keydown", "pointerdown", "pointermove", "scroll"]) {
      document.addEventListener(kind, wake, { passive: true, capture: true });
    }
    // Most who open an item have claimed it by opening; the first of the list, shown by itself, is claimed after a while.
    const timer = setTimeout(ping, 1500);
    window.addEventListener("pagehide", () => {
      clearTimeout(timer);
      if (isMine) post("release");
    });
  }

  // Ticks: how many are chosen, and all at once.
  const selection = find("[data-selection]");
  if (selection) {
    const picks = [...document.querySelectorAll("[data-pick]")];
    const all = selection.querySelector("[data-pick-all]");
    const show = () => {
      const count = picks.filter((pick) => pick.checked).length;
      setText(selection.querySelector("[data-picked]"), count ? `(${count})` : "");
      all.checked = count > 0 && count === picks.length;
      all.indeterminate = count > 0 && count < picks.length;
      selection.classList.toggle("picked", count > 0);
    };
    selection.querySelector("[data-pick-all-row]").hidden = false;
    all.addEventListener("change", () => {
      for (const pick of picks) pick.checked = all.checked;
      show();
    });
    for (const pick of picks) pick.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }
})();
