// Passkeys (WebAuthn). A form with data-passkey="get" or "create" asks our question at data-question, lets the browser
// answer it, and then posts like any form. Without this file those forms stay hidden: nothing else depends on it.
"use strict";

(() => {
  if (!window.PublicKeyCredential) return;

  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const ask = async (form) => {
    const fields = new URLSearchParams();
    if (form.dataset.address) {
      // The address is typed in the other form of the page.
      form.elements.address.value = document.getElementById(form.dataset.address).value;
      fields.set("address", form.elements.address.value);
    }
    const answer = await fetch(form.dataset.question, { method: "POST", body: fields, credentials: "same-origin" });
    if (answer.redirected) window.location.assign(answer.url);
    if (!answer.ok || answer.redirected) throw new Error([422, 429].includes(answer.status) ? await answer.text() : "");
    return answer.json();
  };

  const get = async (question) => {
    const publicKey = {
      ...question,
      challenge: bytes(question.challenge),
      allowCredentials: named(question.allowCredentials),
    };
    const made = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: text(clientDataJSON),
        authenticatorData: text(authenticatorData),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    };
  };

  const create = async (question) => {
    const publicKey = {
      ...question,
      challenge: bytes(question.challenge),
      user: { ...question.user, id: bytes(question.user.id) },
      excludeCredentials: named(question.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
      },
    };
  };

  const sentences = {
    InvalidStateError: "Op dit apparaat staat al een passkey voor dit account.",
    SecurityError: "Passkeys werken alleen op het eigen adres van de site. Open de redactie met de naam van de site.",
    NotAllowedError: "Het is niet gelukt, of je hebt het afgebroken. Probeer het nog eens.",
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const { credential } = form.elements;
    const said = form.querySelector("[data-said]");
    let asking = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (credential.value) return;
      event.preventDefault();
      event.stopPropagation();
      if (asking) return;
      asking = true;
      said.textContent = "Volg wat je browser of je apparaat vraagt.";
      try {
        const question = await ask(form);
        credential.value = JSON.stringify(await (form.dataset.passkey === "get" ? get : create)(question));
        said.textContent = "";
        form.requestSubmit();
      } catch (error) {
        said.textContent = sentences[error.name] || error.message || sentences.NotAllowedError;
      } finally {
        asking = false;
      }
    });
  }
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-passkey] [name=credential]")) field.value = "";
  });
})();
