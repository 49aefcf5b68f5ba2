// Shows an address that the page hides from robots. Written for the practice country.
"use strict";
const plain = (coded) => new TextDecoder().decode(Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0)));
for (const hidden of document.querySelectorAll("joomla-hidden-mail")) {
  const address = plain(hidden.getAttribute("first")) + "@" + plain(hidden.getAttribute("last"));
  const link = document.createElement("a");
  link.href = "mailto:" + address;
  link.textContent = address;
  hidden.replaceChildren(link);
}
