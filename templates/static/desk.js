// The newsroom's keyboard. Every key presses something that stands on the page: without this file all of it works with
// mouse, touch and Tab. No text from the page is ever turned into markup.
"use strict";

(() => {
  // A verdict counts only when its item has been looked at: a second press of a double one must not judge the next.
  const LOOKED_AT_MS = 300;
  const find = (selector) => document.querySelector(selector);
  const verdicts = find("[data-verdicts]");
  const approve = find("[data-approve]");
  const hint = find("[data-hint]");
  const undo = find("[data-undo]");
  const keysOn = document.body.dataset.singleKeys !== "off";
  let sent = false;
  let asked = false;
  let shownAt = Infinity;

  const say = (words) => {
    if (hint) hint.textContent = words;
  };

  // Two frames later it is painted; in a tab that nobody sees no frame comes.
  const shown = () => {
    shownAt = Infinity;
    verdicts?.removeAttribute("data-ready");
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        shownAt = performance.now();
        setTimeout(() => verdicts?.setAttribute("data-ready", ""), LOOKED_AT_MS);
      }),
    );
  };

  // A field may be called action: the form itself must be asked.
  const isVerdict = (form) => form.getAttribute("action").endsWith("/decision") && !form.matches("[data-undo]");

  // One verdict per page: a second press while the answer is under way must not post twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return;
    if (sent) {
      event.preventDefault();
    } else if (isVerdict(form) && performance.now() - shownAt < LOOKED_AT_MS) {
      event.preventDefault();
      say("Dit bericht staat er nog maar net. Kijk even, en kies dan opnieuw.");
    } else if (isVerdict(form) && find("[data-claim].taken") && !asked) {
      // Asked once, never in the way: what binds is the text that was seen.
      event.preventDefault();
      asked = true;
      say("Een collega kijkt hiernaar. Kies nog een keer om toch te beslissen.");
    } else {
      sent = !event.defaultPrevented;
    }
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    shown();
  });

  const press = (button) => {
    if (button && !sent) button.form.requestSubmit(button);
  };
  const go = (link) => {
    if (link && !sent) window.location.assign(link.href);
  };

  const lines = [...document.querySelectorAll("[data-line]")];
  const move = (step) => {
    const here = lines.findIndex((line) => line.hasAttribute("aria-current"));
    const next = lines[here < 0 ? 0 : here + step];
    go(next || (step > 0 ? find("[data-next-page]") : null));
  };

  // The questions of the privacy gate.
  const questions = [...document.querySelectorAll("[data-question]")];
  const isOpen = (question) => {
    const chosen = question.querySelector("[data-answer]:checked");
    return !chosen || (chosen.hasAttribute("data-with-reason") && !question.querySelector("[data-reason]").value.trim());
  };
  const current = () => {
    const active = document.activeElement;
    const number = active?.closest("[data-mark]")?.dataset.mark;
    return (
      active?.closest("[data-question]") ||
      questions.find((each) => each.dataset.question === number) ||
      questions.find(isOpen) ||
      null
    );
  };
  const goTo = (question) => {
    const target = question.querySelector("[data-shorten], [data-answer]");
    target.focus();
    question.scrollIntoView({ block: "nearest" });
  };
  const answer = (key) => {
    const question = current();
    const choice = question?.querySelector(`[data-answer="${key}"]`);
    if (!choice) return;
    choice.checked = true;
    const next = questions.find(isOpen);
    if (choice.hasAttribute("data-with-reason")) question.querySelector("[data-reason]").focus();
    else if (next) goTo(next);
    else {
      approve?.querySelector("[data-yes]").focus();
      say("Alle vragen zijn beantwoord. Druk op a om goed te keuren.");
    }
  };

  const approveStep = () => {
    const open = questions.find(isOpen);
    if (!approve) return;
    if (!open) {
      press(approve.querySelector("[data-yes]"));
      return;
    }
    goTo(open);
    say("Beantwoord eerst wat in de tekst is gemerkt.");
  };

  const marks = [...document.querySelectorAll("main [data-mark]")];
  const nextMark = () => {
    if (!marks.length) return;
    const here = marks.indexOf(document.activeElement?.closest("[data-mark]"));
    const mark = marks[(here + 1) % marks.length];
    unfold(mark);
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center" });
  };

  const unfold = (element) => {
    for (let details = element.closest("details"); details; details = details.parentElement.closest("details")) {
      details.open = true;
    }
  };

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
    t: () => open("later"),
    w: () => open("withdraw"),
    e: () => go(find("[data-edit]")),
    s: () => go(find("[data-story]")),
    n: nextMark,
    v: () => press(current()?.querySelector("[data-shorten]")),
    b: () => answer("b"),
    g: () => answer("g"),
    o: () => answer("o"),
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
    target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
  // Letters act only where the work is (WCAG 2.1.4): not while somebody types, and not in the head of the page.
  const inQueue = (target) =>
    target instanceof Element && !typing(target) && (target === document.body || target.closest("main, [data-undo]"));

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") {
      for (const details of document.querySelectorAll("[data-verdicts] details[open], [data-help][open]")) {
        details.open = false;
        details.querySelector("summary").focus();
      }
      return;
    }
    if (!keysOn || sent || !inQueue(event.target === document ? document.body : event.target)) return;
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
