// The newsroom's keyboard. Every key presses something that stands on the page: without this file all of it works with
// mouse, touch and Tab. No text from the page is ever turned into markup.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const verdicts = find("[data-verdicts]");
  const approve = find("[data-approve]");
  const tick = find("[data-tick]");
  const hint = find("[data-tick-hint]");
  const undo = find("[data-undo]");
  let sent = false;

  // One verdict per page: a second press while the answer is under way must not post twice.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });

  const press = (button) => {
    if (button && !sent) button.form.requestSubmit(button);
  };

  const lines = [...document.querySelectorAll("[data-line]")];
  const move = (step) => {
    if (sent) return;
    const here = lines.findIndex((line) => line.hasAttribute("aria-current"));
    const next = lines[here < 0 ? 0 : here + step];
    const target = next || (step > 0 ? find("[data-next-page]") : null);
    if (!target) return;
    window.location.assign(target.href);
  };

  const approveStep = () => {
    if (!approve) return;
    if (document.activeElement === tick || tick.checked) {
      tick.checked = true;
      press(approve.querySelector('[value="approve"]'));
      return;
    }
    tick.focus();
    hint.textContent = "Klopt dit? Druk nog een keer op a: dat zet de vink en keurt goed.";
  };
  tick?.addEventListener("blur", () => {
    hint.textContent = "";
  });

  const open = (name) => {
    const details = verdicts?.querySelector(`[data-${name}]`);
    if (!details) return;
    for (const other of verdicts.querySelectorAll("details[open]")) if (other !== details) other.open = false;
    details.open = !details.open;
    if (!details.open) return;
    details.querySelector("input:not([type=hidden]), button").focus();
    details.scrollIntoView({ block: "nearest" });
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: approveStep,
    i: () => press(find("[data-internal]")),
    r: () => open("reject"),
    w: () => open("withdraw"),
    e: () => {
      const link = find("[data-edit]");
      if (link && !sent) window.location.assign(link.href);
    },
    u: () => press(undo?.hidden ? null : undo?.querySelector("button")),
    "/": () => find("[data-search]")?.select(),
    "?": () => {
      const help = find("[data-help]");
      if (!help) return;
      help.open = !help.open;
      help.scrollIntoView({ block: "nearest" });
    },
  };

  const typing = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])"));

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") {
      for (const details of document.querySelectorAll("[data-verdicts] details[open], [data-help][open]")) {
        details.open = false;
        details.querySelector("summary").focus();
      }
      return;
    }
    if (typing(event.target)) return;
    const reason = find(`[data-reject][open] [data-key="${CSS.escape(event.key)}"]`);
    const act = reason ? () => press(reason) : Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The item that was opened has the focus, so that a screen reader reads it and Tab goes on from there.
  if (window.location.hash === "#bericht") find("#bericht")?.focus({ preventScroll: window.innerWidth >= 1100 });
  find("[data-line][aria-current]")?.scrollIntoView({ block: "nearest" });

  if (undo) {
    const left = undo.querySelector("[data-left]");
    const ends = performance.now() + Number(undo.dataset.seconds) * 1000;
    const show = () => {
      const seconds = Math.ceil((ends - performance.now()) / 1000);
      left.textContent = `${seconds} s`;
      if (seconds > 0) return;
      clearInterval(timer);
      undo.hidden = true;
    };
    const timer = setInterval(show, 500);
    show();
  }
})();
